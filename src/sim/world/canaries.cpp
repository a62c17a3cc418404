#include "sim/world/canaries.hpp"

#include <array>
#include <set>
#include <utility>

namespace vacuum::sim {
namespace {

struct NamedCanary {
  std::string_view name;
  Canary canary;
};
constexpr std::array kCanaries{
    NamedCanary{"forgets-intents", Canary::forgets_intents},
    NamedCanary{"believes-short-lists", Canary::believes_short_lists},
    NamedCanary{"accounts-again", Canary::accounts_again},
    NamedCanary{"forgets-to-archive", Canary::forgets_to_archive},
    NamedCanary{"ignores-shares", Canary::ignores_shares},
    NamedCanary{"unfenced", Canary::unfenced},
};

/// Passes everything on but what a bug is planted in.
class BuggyStore final : public MachineStore {
 public:
  BuggyStore(Canary canary, MachineStore& store) : canary_(canary), store_(store) {}

  Async<StoreResult<std::vector<MachineRecord>>> load(const SpaceName& space, Freshness freshness) override {
    return store_.load(space, freshness);
  }
  Async<StoreResult<RecordChanges>> changes(const SpaceName& space, Freshness freshness,
                                            std::optional<RecordMark> since) override {
    return store_.changes(space, freshness, since);
  }
  void forget(const SpaceName& space, const std::vector<MachineName>& machines) override {
    store_.forget(space, machines);
  }
  void forget(const SpaceName& space) override { store_.forget(space); }
  Async<StoreResult<Done>> add(const SpaceName& space, const MachineRecord& record,
                               std::vector<RecordFile> files) override {
    if (canary_ == Canary::forgets_intents && record.server_id.empty()) {
      forgotten_.insert(record.name);
      co_return Done{};
    }
    co_return co_await store_.add(space, record, std::move(files));
  }
  Async<StoreResult<Done>> update(const SpaceName& space, const MachineRecord& record,
                                  std::vector<RecordFile> files) override {
    if (forgotten_.contains(record.name)) {
      if (record.server_id.empty()) co_return Done{};  // the cloud has not been asked, or has not answered
      forgotten_.erase(record.name);
      co_return co_await store_.add(space, record, std::move(files));
    }
    co_return co_await store_.update(space, record, std::move(files));
  }
  Async<StoreResult<Done>> archive(const SpaceName& space, const MachineName& name) override {
    if (canary_ == Canary::forgets_to_archive && name.text().back() < '5') co_return Done{};
    co_return co_await store_.archive(space, name);
  }
  Async<StoreResult<Done>> discard(const SpaceName& space, const MachineName& name) override {
    if (forgotten_.erase(name) > 0) co_return Done{};
    co_return co_await store_.discard(space, name);
  }
  Async<StoreResult<int>> expire(const SpaceName& space, TimePoint before) override {
    return store_.expire(space, before);
  }
  Async<StoreResult<std::vector<std::optional<TimePoint>>>> heartbeats(
      const SpaceName& space, std::vector<HeartbeatQuery> queries) override {
    return store_.heartbeats(space, std::move(queries));
  }
  Async<StoreResult<std::optional<std::string>>> shutdown_message(const SpaceName& space,
                                                                  const MachineName& name) override {
    return store_.shutdown_message(space, name);
  }
  Async<StoreResult<Done>> leave_shutdown_message(const SpaceName& space, const MachineName& name,
                                                  std::string message) override {
    return store_.leave_shutdown_message(space, name, std::move(message));
  }
  Async<StoreResult<std::vector<std::optional<LastAbort>>>> last_aborts(
      const SpaceName& space, std::vector<MachinetypeName> machinetypes) override {
    return store_.last_aborts(space, std::move(machinetypes));
  }
  Async<StoreResult<Done>> set_last_abort(const SpaceName& space, const MachinetypeName& machinetype,
                                          LastAbort abort) override {
    return store_.set_last_abort(space, machinetype, std::move(abort));
  }
  Async<StoreResult<std::vector<BuildFailures>>> build_failures(const SpaceName& space) override {
    return store_.build_failures(space);
  }
  Async<StoreResult<Done>> set_build_failures(const SpaceName& space,
                                              std::vector<BuildFailures> failures) override {
    return store_.set_build_failures(space, std::move(failures));
  }
  Async<StoreResult<std::optional<Ramp>>> ramp(const SpaceName& space) override { return store_.ramp(space); }
  Async<StoreResult<Done>> set_ramp(const SpaceName& space, Ramp ramp) override {
    return store_.set_ramp(space, std::move(ramp));
  }
  Async<StoreResult<Done>> publish_status(const SpaceName& space, std::string document) override {
    return store_.publish_status(space, std::move(document));
  }

 private:
  Canary canary_;
  MachineStore& store_;
  std::set<MachineName> forgotten_;
};

/// The record is written twice, as if a crash in between had been forgotten.
class AccountsAgain final : public AccountingSink {
 public:
  AccountsAgain(AccountingSink& sink, const Clock& clock) : sink_(sink), clock_(clock) {}
  Async<StoreResult<Done>> record(AccountingRecord record) override {
    AccountingRecord again = record;
    again.key += fmt::format("{}", to_unix(clock_.now()));
    auto first = co_await sink_.record(std::move(record));
    if (!first) co_return first;
    co_return co_await sink_.record(std::move(again));
  }

 private:
  AccountingSink& sink_;
  const Clock& clock_;
};

/// Takes what has come of a broken listing for all there is.
class BelievesShortLists final : public Cloud {
 public:
  BelievesShortLists(std::shared_ptr<Cloud> cloud, CloudSite& site) : cloud_(std::move(cloud)), site_(site) {}
  Async<CloudResult<std::optional<ListingMark>>> list(std::optional<ListingMark> since,
                                                      PageReceiver receive) override {
    const PageReceiver kept = receive;
    auto mark = co_await cloud_->list(since, std::move(receive));
    if (mark) co_return mark;
    auto some = site_.list(std::nullopt);
    some.servers.resize(some.servers.size() / 2);
    kept(std::move(some));
    co_return std::nullopt;
  }
  Async<CloudResult<std::vector<Flavor>>> flavors() override { return cloud_->flavors(); }
  Async<CloudResult<Quota>> quota() override { return cloud_->quota(); }
  Async<CloudResult<ServerId>> create(const ServerRequest& request) override {
    return cloud_->create(request);
  }
  Async<CloudResult<std::optional<Server>>> find(const MachineName& name) override {
    return cloud_->find(name);
  }
  Async<CloudResult<Done>> remove(const ServerId& id) override { return cloud_->remove(id); }
  Async<CloudResult<std::vector<vacuum::CloudImage>>> images() override { return cloud_->images(); }
  Async<CloudResult<ImageId>> upload_image(ImageUpload upload) override {
    return cloud_->upload_image(std::move(upload));
  }
  Async<CloudResult<Done>> remove_image(ImageId id) override { return cloud_->remove_image(std::move(id)); }

 private:
  std::shared_ptr<Cloud> cloud_;
  CloudSite& site_;
};

}  // namespace

std::optional<Canary> parse_canary(std::string_view name) {
  for (const NamedCanary& known : kCanaries)
    if (known.name == name) return known.canary;
  return std::nullopt;
}

std::string canary_names() {
  std::string names;
  for (const NamedCanary& known : kCanaries) names += (names.empty() ? "" : " ") + std::string(known.name);
  return names;
}

std::unique_ptr<MachineStore> make_canary_store(Canary canary, MachineStore& store) {
  if (canary != Canary::forgets_intents && canary != Canary::forgets_to_archive) return nullptr;
  return std::make_unique<BuggyStore>(canary, store);
}

std::unique_ptr<AccountingSink> make_canary_accounting(Canary canary, AccountingSink& sink,
                                                       const Clock& clock) {
  if (canary != Canary::accounts_again) return nullptr;
  return std::make_unique<AccountsAgain>(sink, clock);
}

std::shared_ptr<Cloud> make_canary_cloud(Canary canary, std::shared_ptr<Cloud> cloud, CloudSite& site) {
  if (canary != Canary::believes_short_lists) return cloud;
  return std::make_shared<BelievesShortLists>(std::move(cloud), site);
}

Configuration with_canary(Canary canary, Configuration configuration) {
  if (canary != Canary::ignores_shares) return configuration;
  for (SpaceConfiguration& space : configuration.spaces)
    if (space.settings.machinetypes.size() > 1) space.settings.machinetypes.back().target_share = 0;
  return configuration;
}

}  // namespace vacuum::sim
