#include "control/observer.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace vacuum {
namespace {

ObservationError from_cloud(CloudError error) {
  return {ObservationError::Source::cloud, std::move(error.message), error.retry_after};
}

ObservationError from_store(StoreError error) {
  return {ObservationError::Source::store, std::move(error.message), std::nullopt};
}

/// Whether it matters when the machine's heartbeat file was written: the plan looks for late ones, the lists
/// for live ones, and that of a machine that vanished while it ran tells until when it did.
bool is_heartbeat_of_interest(const Machine& machine, const MachinetypeSettings& type) {
  if (!type.heartbeat) return false;
  if (machine.state == MachineState::unlisted) return machine.started && !machine.stopped && !machine.deleted;
  return machine.state == MachineState::running;
}

/// Remembers when each machine that the listing did not show was missed first.
void date_the_missing(Fleet& fleet, MachineMemories& memories, TimePoint now) {
  for (Machine& machine : fleet.machines) {
    if (machine.state != MachineState::unlisted || machine.missing_since) continue;
    machine.missing_since = memories[machine.name].missing_since = now;
  }
}

/// What another incarnation asked for may be under way still: what listings showed before it became ours, and
/// how long ago it was planned by another host's clock, says nothing.
void date_the_inherited(Fleet& fleet, MachineMemories& memories, const Standing& standing, TimePoint now) {
  for (Machine& machine : fleet.machines) {
    const bool is_intent = machine.state == MachineState::unlisted && machine.server_id.empty();
    if (!is_intent || machine.managed_by == ManagedBy::others) continue;
    if (machine.incarnation == standing.incarnation) continue;
    MachineMemory& memory = memories[machine.name];
    if (!memory.inherited) {
      memory.inherited = now;
      machine.missed_listings = memory.missed_listings = 1;
    }
    machine.inherited = memory.inherited;
  }
}

/// Whether the machine may have left a message that nobody has judged yet.
bool may_have_message(const Machine& machine) {
  if (machine.managed_by == ManagedBy::others) return false;
  if (machine.record == RecordState::absent || machine.stopped) return false;
  return is_over(machine.state) || machine.state == MachineState::unlisted;
}

}  // namespace

Async<Result<CloudView, ObservationError>> Observer::look_at_cloud() {
  CloudView view;
  auto servers = co_await cloud_.list();
  if (!servers) co_return Failure{from_cloud(std::move(servers.error()))};
  view.servers = std::move(*servers);
  auto flavors = co_await cloud_.flavors();
  if (!flavors) co_return Failure{from_cloud(std::move(flavors.error()))};
  view.flavors = std::move(*flavors);
  const auto quota = co_await cloud_.quota();
  if (!quota) co_return Failure{from_cloud(quota.error())};
  view.quota = *quota;
  co_return view;
}

/// A heartbeat that cannot be overdue for as long again is not read: a quiet cycle asks about a part of the
/// machines.
Async<StoreResult<Done>> Observer::fill_heartbeats(const SpaceSettings& settings, Fleet& fleet,
                                                   MachineMemories& memories) {
  std::vector<HeartbeatQuery> queries;
  std::vector<Machine*> asked;
  const TimePoint now = clock_.now();
  for (Machine& machine : fleet.machines) {
    if (!machine.machinetype) continue;
    const auto& type = settings.machinetypes[position(*machine.machinetype)];
    if (!is_heartbeat_of_interest(machine, type)) continue;
    machine.heartbeat = memories[machine.name].heartbeat;
    if (machine.heartbeat && now - *machine.heartbeat <= type.heartbeat->max_age / 2) continue;
    queries.push_back({machine.name, type.heartbeat->file});
    asked.push_back(&machine);
  }
  if (queries.empty()) co_return Done{};
  const auto times = co_await store_.heartbeats(settings.name, std::move(queries));
  if (!times) co_return Failure{times.error()};
  for (std::size_t i = 0; i < asked.size(); ++i) {
    asked[i]->heartbeat = (*times)[i];
    if (asked[i]->heartbeat)
      asked[i]->heartbeat = std::min(*asked[i]->heartbeat, now);  // the server's clock may be ahead
    memories[asked[i]->name].heartbeat = asked[i]->heartbeat;
  }
  co_return Done{};
}

Async<StoreResult<Done>> Observer::fill_messages(const SpaceSettings& settings, Fleet& fleet) {
  for (Machine& machine : fleet.machines) {
    if (!may_have_message(machine)) continue;
    const auto text = co_await store_.shutdown_message(settings.name, machine.name);
    if (!text) co_return Failure{text.error()};
    if (*text) machine.shutdown_message = parse_shutdown_message(**text);
  }
  co_return Done{};
}

Async<StoreResult<Done>> Observer::fill_history(const SpaceSettings& settings, Fleet& fleet) {
  std::vector<MachinetypeName> names;
  for (const auto& type : settings.machinetypes) names.push_back(type.name);
  auto aborts = co_await store_.last_aborts(settings.name, std::move(names));
  if (!aborts) co_return Failure{std::move(aborts.error())};
  fleet.last_aborts = std::move(*aborts);
  auto failures = co_await store_.build_failures(settings.name);
  if (!failures) co_return Failure{std::move(failures.error())};
  fleet.build_failures = std::move(*failures);
  if (settings.ramp == RampKind::fixed) co_return Done{};
  auto ramp = co_await store_.ramp(settings.name);
  if (!ramp) co_return Failure{std::move(ramp.error())};
  fleet.ramp = std::move(*ramp);
  co_return Done{};
}

/// A VM that seems to have no record is to be adopted: that is looked at closely.
Async<StoreResult<std::vector<MachineRecord>>> Observer::load_records(const SpaceName& space,
                                                                      const CloudView& view) {
  auto records = co_await store_.load(space, Freshness::remembered);
  if (!records) co_return records;
  std::unordered_set<std::string_view> recorded;
  recorded.reserve(records->size());
  for (const MachineRecord& record : *records) recorded.insert(record.name.text());
  const bool is_one_without = std::ranges::any_of(view.servers, [&](const Server& server) {
    return is_ours(server, space) && !recorded.contains(server.name.text());
  });
  if (is_one_without) records = co_await store_.load(space, Freshness::as_of_now);
  co_return records;
}

Async<Result<Fleet, ObservationError>> Observer::observe(const SpaceSettings& settings,
                                                         MachineMemories& memories,
                                                         const Standing* standing) {
  auto view = co_await look_at_cloud();
  if (!view) co_return Failure{std::move(view.error())};
  auto records = co_await load_records(settings.name, *view);
  if (!records) co_return Failure{from_store(std::move(records.error()))};
  Fleet fleet = join(std::move(*view), *records, settings, memories, standing);
  date_the_missing(fleet, memories, clock_.now());
  if (standing != nullptr) date_the_inherited(fleet, memories, *standing, clock_.now());
  auto heartbeats = co_await fill_heartbeats(settings, fleet, memories);
  if (!heartbeats) co_return Failure{from_store(std::move(heartbeats.error()))};
  auto messages = co_await fill_messages(settings, fleet);
  if (!messages) co_return Failure{from_store(std::move(messages.error()))};
  auto history = co_await fill_history(settings, fleet);
  if (!history) co_return Failure{from_store(std::move(history.error()))};
  co_return fleet;
}

}  // namespace vacuum
