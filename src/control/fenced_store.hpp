#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ports/fence.hpp"
#include "ports/machine_store.hpp"

namespace vacuum {

/// Changes nothing that managers share behind a closed fence. Looking is always allowed, and so is publishing
/// the own status.
class FencedStore final : public MachineStore {
 public:
  /// Both must outlive it.
  FencedStore(MachineStore& store, const Fence& fence) : store_(store), fence_(fence) {}

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
    return fenced<Done>([&] { return store_.add(space, record, std::move(files)); });
  }
  Async<StoreResult<Done>> update(const SpaceName& space, const MachineRecord& record,
                                  std::vector<RecordFile> files) override {
    return fenced<Done>([&] { return store_.update(space, record, std::move(files)); });
  }
  Async<StoreResult<Done>> archive(const SpaceName& space, const MachineName& name) override {
    return fenced<Done>([&] { return store_.archive(space, name); });
  }
  Async<StoreResult<Done>> discard(const SpaceName& space, const MachineName& name) override {
    return fenced<Done>([&] { return store_.discard(space, name); });
  }
  Async<StoreResult<int>> expire(const SpaceName& space, TimePoint before) override {
    return fenced<int>([&] { return store_.expire(space, before); });
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
    return fenced<Done>([&] { return store_.leave_shutdown_message(space, name, std::move(message)); });
  }
  Async<StoreResult<std::vector<std::optional<LastAbort>>>> last_aborts(
      const SpaceName& space, std::vector<MachinetypeName> machinetypes) override {
    return store_.last_aborts(space, std::move(machinetypes));
  }
  Async<StoreResult<Done>> set_last_abort(const SpaceName& space, const MachinetypeName& machinetype,
                                          LastAbort abort) override {
    return fenced<Done>([&] { return store_.set_last_abort(space, machinetype, std::move(abort)); });
  }
  Async<StoreResult<std::vector<BuildFailures>>> build_failures(const SpaceName& space) override {
    return store_.build_failures(space);
  }
  Async<StoreResult<Done>> set_build_failures(const SpaceName& space,
                                              std::vector<BuildFailures> failures) override {
    return fenced<Done>([&] { return store_.set_build_failures(space, std::move(failures)); });
  }
  Async<StoreResult<std::optional<Ramp>>> ramp(const SpaceName& space) override { return store_.ramp(space); }
  Async<StoreResult<Done>> set_ramp(const SpaceName& space, Ramp ramp) override {
    return fenced<Done>([&] { return store_.set_ramp(space, std::move(ramp)); });
  }
  Async<StoreResult<Done>> publish_status(const SpaceName& space, std::string document) override {
    return store_.publish_status(space, std::move(document));
  }

 private:
  template <class T, class Step>
  Async<StoreResult<T>> fenced(Step step) {
    if (fence_.is_open()) return step();
    return closed<T>();
  }
  template <class T>
  static Async<StoreResult<T>> closed() {
    co_return Failure{StoreError{StoreDecision::retry, std::string(kFenceClosed)}};
  }

  MachineStore& store_;
  const Fence& fence_;
};

}  // namespace vacuum
