#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "ports/machine_store.hpp"

namespace vacuum {

/// The port in memory, for tests: records its calls, and can fail the next one or all. Its coroutines never
/// wait.
class MemoryMachineStore final : public MachineStore {
 public:
  struct Output {
    std::string content;
    TimePoint written{};
  };
  struct Entry {
    MachineRecord record;
    std::map<std::string, RecordFile> files;  ///< by path
    std::map<std::string, Output> joboutputs;
    TimePoint archived{};
  };
  struct Space {
    std::map<MachineName, Entry> current;
    std::map<MachineName, Entry> deleted;
    std::map<MachinetypeName, LastAbort> last_aborts;
    std::vector<BuildFailures> build_failures;
    std::optional<Ramp> ramp;
    std::string status;
  };

  // What a test looks at and changes.
  std::map<SpaceName, Space> spaces;
  std::set<MachineName> missed_by_remembered;  ///< records that came lately: only a load as of now sees them
  std::vector<std::string> calls;  ///< "add SPACE MACHINE", "load SPACE", …, in order, failed ones too
  TimePoint now = from_unix(1'800'000'000);  ///< stamps archived records

  /// The next call, or the next one of this name ("add", "update", …), answers `error`.
  void fail_next(StoreError error, std::string call = "") {
    failures_.emplace_back(std::move(call), std::move(error));
  }
  /// All calls answer `error`, until nothing is given: the directory is not to be had.
  void fail_all(std::optional<StoreError> error) { fail_all_ = std::move(error); }
  [[nodiscard]] int count_calls(std::string_view name) const {
    int count = 0;
    for (const auto& call : calls) count += call.substr(0, call.find(' ')) == name ? 1 : 0;
    return count;
  }

  Async<StoreResult<std::vector<MachineRecord>>> load(const SpaceName& space, Freshness freshness) override {
    if (auto error = note("load", space.text())) co_return Failure{*error};
    std::vector<MachineRecord> records;
    for (const auto& [name, entry] : spaces[space].current) {
      const bool is_missed = freshness == Freshness::remembered && missed_by_remembered.contains(name);
      if (!is_missed) records.push_back(entry.record);
    }
    co_return records;
  }

  Async<StoreResult<RecordChanges>> changes(const SpaceName& space, Freshness freshness,
                                            std::optional<RecordMark>) override {
    auto records = co_await load(space, freshness);
    if (!records) co_return Failure{records.error()};
    co_return RecordChanges{.records = std::move(*records)};
  }

  void forget(const SpaceName& space, const std::vector<MachineName>& machines) override {
    for (const auto& machine : machines) calls.push_back(fmt::format("forget {} {}", space, machine));
  }
  void forget(const SpaceName& space) override { calls.push_back(fmt::format("forget {}", space)); }

  Async<StoreResult<Done>> add(const SpaceName& space, const MachineRecord& record,
                               std::vector<RecordFile> files) override {
    if (auto error = note("add", space.text(), record.name.text())) co_return Failure{*error};
    auto& current = spaces[space].current;
    if (current.contains(record.name))
      co_return Failure{StoreError{StoreDecision::exists, record.name.text()}};
    put(current[record.name], record, std::move(files));
    co_return Done{};
  }

  Async<StoreResult<Done>> update(const SpaceName& space, const MachineRecord& record,
                                  std::vector<RecordFile> files) override {
    if (auto error = note("update", space.text(), record.name.text())) co_return Failure{*error};
    Entry* entry = find(space, record.name);
    if (entry == nullptr) co_return Failure{not_found(record.name)};
    const IncarnationId incarnation = entry->record.incarnation;
    put(*entry, record, std::move(files));
    entry->record.incarnation = incarnation;
    co_return Done{};
  }

  Async<StoreResult<Done>> archive(const SpaceName& space, const MachineName& name) override {
    if (auto error = note("archive", space.text(), name.text())) co_return Failure{*error};
    Entry* entry = find(space, name);
    if (entry == nullptr) co_return Failure{not_found(name)};
    entry->archived = now;
    auto& kept = spaces[space];
    kept.deleted.insert_or_assign(name, std::move(*entry));
    kept.current.erase(name);
    co_return Done{};
  }

  Async<StoreResult<Done>> discard(const SpaceName& space, const MachineName& name) override {
    if (auto error = note("discard", space.text(), name.text())) co_return Failure{*error};
    if (spaces[space].current.erase(name) == 0) co_return Failure{not_found(name)};
    co_return Done{};
  }

  Async<StoreResult<int>> expire(const SpaceName& space, TimePoint before) override {
    if (auto error = note("expire", space.text())) co_return Failure{*error};
    const auto removed =
        std::erase_if(spaces[space].deleted, [&](const auto& item) { return item.second.archived < before; });
    co_return static_cast<int>(removed);
  }

  Async<StoreResult<std::vector<std::optional<TimePoint>>>> heartbeats(
      const SpaceName& space, std::vector<HeartbeatQuery> queries) override {
    if (auto error = note("heartbeats", space.text())) co_return Failure{*error};
    std::vector<std::optional<TimePoint>> times;
    for (const auto& query : queries) {
      const Output* output = find_output(space, query.machine, query.file);
      times.push_back(output == nullptr ? std::nullopt : std::optional(output->written));
    }
    co_return times;
  }

  Async<StoreResult<std::optional<std::string>>> shutdown_message(const SpaceName& space,
                                                                  const MachineName& name) override {
    if (auto error = note("shutdown_message", space.text(), name.text())) co_return Failure{*error};
    const Output* output = find_output(space, name, "shutdown_message");
    co_return output == nullptr ? std::nullopt : std::optional(output->content.substr(0, 4096));
  }

  Async<StoreResult<Done>> leave_shutdown_message(const SpaceName& space, const MachineName& name,
                                                  std::string message) override {
    if (auto error = note("leave_shutdown_message", space.text(), name.text())) co_return Failure{*error};
    Entry* entry = find(space, name);
    if (entry == nullptr) co_return Failure{not_found(name)};
    entry->joboutputs.try_emplace("shutdown_message", Output{std::move(message), now});
    co_return Done{};
  }

  Async<StoreResult<std::vector<std::optional<LastAbort>>>> last_aborts(
      const SpaceName& space, std::vector<MachinetypeName> machinetypes) override {
    if (auto error = note("last_aborts", space.text())) co_return Failure{*error};
    std::vector<std::optional<LastAbort>> aborts;
    const auto& kept = spaces[space].last_aborts;
    for (const auto& name : machinetypes) {
      const auto found = kept.find(name);
      aborts.push_back(found == kept.end() ? std::nullopt : std::optional(found->second));
    }
    co_return aborts;
  }

  Async<StoreResult<Done>> set_last_abort(const SpaceName& space, const MachinetypeName& machinetype,
                                          LastAbort abort) override {
    if (auto error = note("set_last_abort", space.text(), machinetype.text())) co_return Failure{*error};
    auto& kept = spaces[space].last_aborts;
    const auto found = kept.find(machinetype);
    if (found == kept.end() || found->second.time <= abort.time)
      kept.insert_or_assign(machinetype, std::move(abort));
    co_return Done{};
  }

  Async<StoreResult<std::vector<BuildFailures>>> build_failures(const SpaceName& space) override {
    if (auto error = note("build_failures", space.text())) co_return Failure{*error};
    co_return spaces[space].build_failures;
  }

  Async<StoreResult<Done>> set_build_failures(const SpaceName& space,
                                              std::vector<BuildFailures> failures) override {
    if (auto error = note("set_build_failures", space.text())) co_return Failure{*error};
    spaces[space].build_failures = std::move(failures);
    co_return Done{};
  }

  Async<StoreResult<std::optional<Ramp>>> ramp(const SpaceName& space) override {
    if (auto error = note("ramp", space.text())) co_return Failure{*error};
    co_return spaces[space].ramp;
  }

  Async<StoreResult<Done>> set_ramp(const SpaceName& space, Ramp ramp) override {
    if (auto error = note("set_ramp", space.text())) co_return Failure{*error};
    spaces[space].ramp = std::move(ramp);
    co_return Done{};
  }

  Async<StoreResult<Done>> publish_status(const SpaceName& space, std::string document) override {
    if (auto error = note("publish_status", space.text())) co_return Failure{*error};
    spaces[space].status = std::move(document);
    co_return Done{};
  }

 private:
  std::optional<StoreError> note(std::string_view call, std::string_view space,
                                 std::string_view subject = "") {
    calls.push_back(subject.empty() ? fmt::format("{} {}", call, space)
                                    : fmt::format("{} {} {}", call, space, subject));
    if (fail_all_) return fail_all_;
    for (auto it = failures_.begin(); it != failures_.end(); ++it) {
      if (!it->first.empty() && it->first != call) continue;
      StoreError error = std::move(it->second);
      failures_.erase(it);
      return error;
    }
    return std::nullopt;
  }

  static StoreError not_found(const MachineName& name) {
    return {StoreDecision::not_found, fmt::format("no record of {}", name)};
  }

  static void put(Entry& entry, const MachineRecord& record, std::vector<RecordFile> files) {
    entry.record = record;
    for (auto& file : files) {
      std::string path = file.path;
      entry.files.insert_or_assign(std::move(path), std::move(file));
    }
  }

  Entry* find(const SpaceName& space, const MachineName& name) {
    auto& current = spaces[space].current;
    const auto found = current.find(name);
    return found == current.end() ? nullptr : &found->second;
  }

  const Output* find_output(const SpaceName& space, const MachineName& name, const std::string& file) {
    const Entry* entry = find(space, name);
    if (entry == nullptr) return nullptr;
    const auto found = entry->joboutputs.find(file);
    return found == entry->joboutputs.end() ? nullptr : &found->second;
  }

  std::vector<std::pair<std::string, StoreError>> failures_;
  std::optional<StoreError> fail_all_;
};

}  // namespace vacuum
