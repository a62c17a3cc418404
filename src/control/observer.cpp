#include "control/observer.hpp"

#include <algorithm>
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
/// for live ones, and that of a machine that vanished tells until when it ran.
bool is_heartbeat_of_interest(const Machine& machine, const MachinetypeSettings& type) {
  if (!type.heartbeat) return false;
  if (machine.state == MachineState::unlisted) return machine.missed_listings > 1 && !machine.stopped;
  return machine.state == MachineState::running;
}

/// What another incarnation asked for may be under way still: what listings showed before it became ours, and
/// how long ago it was planned by another host's clock, says nothing.
void date_the_inherited(Fleet& fleet, const Standing& standing, TimePoint now) {
  for (Machine& machine : fleet.machines) {
    const bool is_intent = machine.state == MachineState::unlisted && machine.server_id.empty();
    if (!is_intent || machine.managed_by == ManagedBy::others || machine.inherited) continue;
    if (machine.incarnation == standing.incarnation) continue;
    machine.inherited = now;
    machine.missed_listings = std::min(machine.missed_listings, 1);
  }
}

/// Whether the machine may have left a message that nobody has judged yet.
bool may_have_message(const Machine& machine) {
  if (machine.managed_by == ManagedBy::others) return false;
  if (machine.record == RecordState::absent || machine.stopped) return false;
  return is_over(machine.state) || machine.state == MachineState::unlisted;
}

}  // namespace

Async<CloudResult<Done>> Observer::look_at_cloud(const SpaceSettings& settings, FleetKeeper& keeper) {
  const auto since = keeper.listings().next(clock_.monotonic(), settings.complete_listing_interval);
  keeper.begin_listing(since);
  PageReceiver receive = [&keeper](const ServerPage& page) { keeper.take_page(page); };
  auto mark = co_await cloud_.list(since, std::move(receive));
  if (!mark) keeper.listings().doubt();
  if (!mark) co_return Failure{std::move(mark.error())};
  keeper.end_listing(*mark, clock_.now(), clock_.monotonic());
  auto flavors = co_await cloud_.flavors();
  if (!flavors) co_return Failure{std::move(flavors.error())};
  keeper.fleet().flavors = std::move(*flavors);
  const auto quota = co_await cloud_.quota();
  if (!quota) co_return Failure{quota.error()};
  keeper.fleet().quota = *quota;
  co_return Done{};
}

Async<StoreResult<Done>> Observer::look_at_records(const SpaceName& space, Freshness freshness,
                                                   FleetKeeper& keeper) {
  auto changes = co_await store_.changes(space, freshness, keeper.records_mark());
  if (!changes) co_return Failure{std::move(changes.error())};
  keeper.take_records(*changes);
  co_return Done{};
}

/// A heartbeat that cannot be overdue for as long again is not read: a quiet cycle asks about a part of the
/// machines.
Async<StoreResult<Done>> Observer::fill_heartbeats(const SpaceSettings& settings, Fleet& fleet) {
  std::vector<HeartbeatQuery> queries;
  std::vector<Machine*> asked;
  const TimePoint now = clock_.now();
  for (Machine& machine : fleet.machines) {
    if (!machine.machinetype) continue;
    const auto& type = settings.machinetypes[position(*machine.machinetype)];
    if (!is_heartbeat_of_interest(machine, type)) continue;
    if (machine.heartbeat && now - *machine.heartbeat <= type.heartbeat->max_age / 2) continue;
    queries.push_back({machine.name, type.heartbeat->file});
    asked.push_back(&machine);
  }
  if (queries.empty()) co_return Done{};
  const auto times = co_await store_.heartbeats(settings.name, std::move(queries));
  if (!times) co_return Failure{times.error()};
  for (std::size_t i = 0; i < asked.size(); ++i) {
    asked[i]->heartbeat = (*times)[i];
    // The server's clock may be ahead, or ours behind: then the end of one that is gone is not cut to our
    // time.
    if (asked[i]->heartbeat && asked[i]->state != MachineState::unlisted)
      asked[i]->heartbeat = std::min(*asked[i]->heartbeat, now);
  }
  co_return Done{};
}

Async<StoreResult<Done>> Observer::fill_messages(const SpaceSettings& settings, Fleet& fleet) {
  for (Machine& machine : fleet.machines) {
    machine.shutdown_message.reset();
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
  fleet.ramp.reset();
  if (settings.ramp == RampKind::fixed) co_return Done{};
  auto ramp = co_await store_.ramp(settings.name);
  if (!ramp) co_return Failure{std::move(ramp.error())};
  fleet.ramp = std::move(*ramp);
  co_return Done{};
}

Async<Result<Done, ObservationError>> Observer::observe(const SpaceSettings& settings, FleetKeeper& keeper,
                                                        const Standing* standing) {
  keeper.take_place(settings, standing);
  // Only what was on record before can be missed by the listing.
  auto before = co_await look_at_records(settings.name, Freshness::remembered, keeper);
  if (!before) co_return Failure{from_store(std::move(before.error()))};
  auto listed = co_await look_at_cloud(settings, keeper);
  if (!listed) co_return Failure{from_cloud(std::move(listed.error()))};
  auto recorded = co_await look_at_records(settings.name, Freshness::remembered, keeper);
  // A VM that seems to have no record is to be adopted: that is looked at closely.
  if (recorded && keeper.has_unrecorded())
    recorded = co_await look_at_records(settings.name, Freshness::as_of_now, keeper);
  if (!recorded) co_return Failure{from_store(std::move(recorded.error()))};
  keeper.recall();
  Fleet& fleet = keeper.fleet();
  if (standing != nullptr) date_the_inherited(fleet, *standing, clock_.now());
  auto heartbeats = co_await fill_heartbeats(settings, fleet);
  if (!heartbeats) co_return Failure{from_store(std::move(heartbeats.error()))};
  auto messages = co_await fill_messages(settings, fleet);
  if (!messages) co_return Failure{from_store(std::move(messages.error()))};
  auto history = co_await fill_history(settings, fleet);
  if (!history) co_return Failure{from_store(std::move(history.error()))};
  co_return Done{};
}

}  // namespace vacuum
