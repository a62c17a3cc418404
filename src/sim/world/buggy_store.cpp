#include <set>
#include <utility>

#include "sim/world/canaries.hpp"

namespace vacuum::sim {
namespace {

/// Passes everything on but what a bug is planted in.
class BuggyStore final : public MachineStore {
 public:
  BuggyStore(Canary canary, MachineStore& store) : canary_(canary), store_(store) {}

  Async<StoreResult<std::vector<MachineRecord>>> load(const SpaceName& space, Freshness freshness) override {
    return store_.load(space, freshness);
  }
  Async<StoreResult<RecordChanges>> changes(const SpaceName& space, Freshness freshness,
                                            std::optional<RecordMark> since) override {
    auto changes = co_await store_.changes(space, freshness, since);
    if (canary_ == Canary::judges_again && changes)
      for (MachineRecord& record : changes->records) record.stopped.reset();
    co_return changes;
  }
  void forget(const SpaceName& space, const std::vector<MachineName>& machines) override {
    store_.forget(space, machines);
  }
  void forget(const SpaceName& space) override { store_.forget(space); }
  Async<StoreResult<Done>> add(const SpaceName& space, const MachineRecord& record,
                               std::vector<RecordFile> files) override {
    const bool is_intent = record.server_id.empty();
    if (canary_ == Canary::forgets_intents && is_intent) {
      forgotten_.insert(record.name);
      co_return Done{};
    }
    if (canary_ == Canary::never_adopts && !is_intent) co_return Done{};
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
    if (canary_ != Canary::loses_heartbeats) co_return co_await store_.heartbeats(space, std::move(queries));
    co_return std::vector<std::optional<TimePoint>>(queries.size());
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

}  // namespace

std::unique_ptr<MachineStore> make_canary_store(Canary canary, MachineStore& store) {
  switch (canary) {
    case Canary::forgets_intents:
    case Canary::forgets_to_archive:
    case Canary::judges_again:
    case Canary::never_adopts:
    case Canary::loses_heartbeats:
      return std::make_unique<BuggyStore>(canary, store);
    default:
      return nullptr;
  }
}

}  // namespace vacuum::sim
