#include "sim/world/canaries.hpp"

#include <array>
#include <utility>

namespace vacuum::sim {
namespace {

struct NamedCanary {
  std::string_view name;
  Canary canary;
};
constexpr std::array kCanaries{
    NamedCanary{"forgets-intents", Canary::forgets_intents},
    NamedCanary{"skips-turns", Canary::skips_turns},
    NamedCanary{"unfenced", Canary::unfenced},
    NamedCanary{"unfenced-cloud", Canary::unfenced_cloud},
    NamedCanary{"accounts-again", Canary::accounts_again},
    NamedCanary{"judges-again", Canary::judges_again},
    NamedCanary{"never-takes-over", Canary::never_takes_over},
    NamedCanary{"never-adopts", Canary::never_adopts},
    NamedCanary{"forgets-to-archive", Canary::forgets_to_archive},
    NamedCanary{"forgets-to-delete", Canary::forgets_to_delete},
    NamedCanary{"loses-heartbeats", Canary::loses_heartbeats},
    NamedCanary{"believes-short-lists", Canary::believes_short_lists},
    NamedCanary{"ignores-shares", Canary::ignores_shares},
    NamedCanary{"equal-shares", Canary::equal_shares},
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

/// Takes what has come of a broken listing for all there is, or deletions for done that were never asked for.
class BuggyCloud final : public Cloud {
 public:
  BuggyCloud(Canary canary, std::shared_ptr<Cloud> cloud, CloudSite& site)
      : canary_(canary), cloud_(std::move(cloud)), site_(site) {}
  Async<CloudResult<std::optional<ListingMark>>> list(std::optional<ListingMark> since,
                                                      PageReceiver receive) override {
    const PageReceiver kept = receive;
    auto mark = co_await cloud_->list(since, std::move(receive));
    if (mark || canary_ != Canary::believes_short_lists) co_return mark;
    const auto all = site_.list(std::nullopt);
    std::size_t left = site_.model().size() / 2;
    for (const ListedPage& page : all) {
      vacuum::ServerPage some = *page;
      some.servers.resize(std::min(some.servers.size(), left));
      left -= some.servers.size();
      kept(some);
    }
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
  Async<CloudResult<Done>> remove(const ServerId& id) override {
    if (canary_ == Canary::forgets_to_delete && id.text().back() < '8') co_return Done{};
    co_return co_await cloud_->remove(id);
  }
  Async<CloudResult<std::vector<vacuum::CloudImage>>> images() override { return cloud_->images(); }
  Async<CloudResult<ImageId>> upload_image(ImageUpload upload) override {
    return cloud_->upload_image(std::move(upload));
  }
  Async<CloudResult<Done>> remove_image(ImageId id) override { return cloud_->remove_image(std::move(id)); }

 private:
  Canary canary_;
  std::shared_ptr<Cloud> cloud_;
  CloudSite& site_;
};

/// Takes a turn whoever has it.
class BuggyTurns final : public CreationTurns {
 public:
  Async<StoreResult<std::optional<Turn>>> last(const SpaceName&) override { co_return std::nullopt; }
  Async<StoreResult<Done>> take(const SpaceName&, std::uint64_t, IncarnationId) override { co_return Done{}; }
  Async<StoreResult<Done>> give_back(const SpaceName&, std::uint64_t) override { co_return Done{}; }
};

/// Believes that others have ended whoever is to be ended.
class BuggyRegister final : public ManagerRegister {
 public:
  explicit BuggyRegister(ManagerRegister& managers) : managers_(managers) {}
  Async<StoreResult<RegisterView>> read() override { return managers_.read(); }
  Async<StoreResult<Done>> renew(Lease lease) override { return managers_.renew(std::move(lease)); }
  Async<StoreResult<Done>> end(Succession succession) override {
    co_return Failure{StoreError{StoreDecision::exists, succession.ended.text()}};
  }
  Async<StoreResult<Done>> retire(IncarnationId incarnation) override {
    return managers_.retire(std::move(incarnation));
  }

 private:
  ManagerRegister& managers_;
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

std::unique_ptr<AccountingSink> make_canary_accounting(Canary canary, AccountingSink& sink,
                                                       const Clock& clock) {
  if (canary != Canary::accounts_again) return nullptr;
  return std::make_unique<AccountsAgain>(sink, clock);
}

std::unique_ptr<ManagerRegister> make_canary_register(Canary canary, ManagerRegister& managers) {
  if (canary != Canary::never_takes_over) return nullptr;
  return std::make_unique<BuggyRegister>(managers);
}

std::unique_ptr<CreationTurns> make_canary_turns(Canary canary) {
  if (canary != Canary::skips_turns) return nullptr;
  return std::make_unique<BuggyTurns>();
}

std::shared_ptr<Cloud> make_canary_cloud(Canary canary, std::shared_ptr<Cloud> cloud, CloudSite& site) {
  if (canary != Canary::believes_short_lists && canary != Canary::forgets_to_delete) return cloud;
  return std::make_shared<BuggyCloud>(canary, std::move(cloud), site);
}

Configuration with_canary(Canary canary, Configuration configuration) {
  for (SpaceConfiguration& space : configuration.spaces) {
    auto& types = space.settings.machinetypes;
    if (canary == Canary::ignores_shares && types.size() > 1) types.back().target_share = 0;
    if (canary != Canary::equal_shares) continue;
    for (MachinetypeSettings& type : types) type.target_share = 1;
  }
  return configuration;
}

}  // namespace vacuum::sim
