#include "control/space_loop.hpp"

#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include "control/heartbeat_lists.hpp"
#include "control/machine_parts.hpp"
#include "control/metered_cloud.hpp"
#include "control/standing_orders.hpp"
#include "control/status.hpp"
#include "policy/plan.hpp"
#include "policy/ramp.hpp"

namespace vacuum {
namespace {

/// A pause that a cloud asks for is honoured up to this.
constexpr Seconds kLongestHold{3600};
constexpr Seconds kExpiryInterval{600};

/// What the fault board calls the templates of a machinetype.
std::string template_fault(const MachinetypeName& machinetype) {
  return "templates of machinetype " + machinetype.text();
}

}  // namespace

SpaceLoop::SpaceLoop(ControlPorts ports, ManagerIdentity manager, SpaceAssignment assignment,
                     std::uint64_t seed)
    : ports_(ports),
      manager_(std::move(manager)),
      assignment_(std::move(assignment)),
      random_(seed),
      keeper_(assignment_.settings.name),
      monitors_(ports, manager_.name),
      chronicle_(ports.events, assignment_.settings.name),
      images_(std::make_shared<ImageKeeper>(ports_, manager_)) {
  images_->assign(assignment_.settings, assignment_.cloud);
}

void SpaceLoop::take_assignment() {
  if (!next_) return;
  assignment_ = std::move(*std::exchange(next_, std::nullopt));
  keeper_.listings().doubt();  // it may be another cloud
  images_->assign(assignment_.settings, assignment_.cloud);
  for (const MachinetypeName& removed : template_retries_.forget_removed(assignment_.settings))
    ports_.faults.clear(name(), template_fault(removed));
}

Async<void> SpaceLoop::prepare() {
  take_assignment();
  co_await images_->refresh();
}

Async<void> SpaceLoop::run(Milliseconds interval, std::stop_token stop) {
  const auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::co_spawn(executor, images_->run(interval, stop), boost::asio::detached);
  const std::stop_callback wake_at_stop(stop, [this] { wake_.request_stop(); });
  while (!stop.stop_requested()) {
    const Milliseconds began = ports_.clock.monotonic();
    wake_ = std::stop_source();
    co_await guarded_cycle(interval);
    const Milliseconds took = ports_.clock.monotonic() - began;
    if (!stop.stop_requested())
      co_await ports_.clock.sleep(std::max(interval - took, Milliseconds{0}), wake_.get_token());
  }
}

/// A fault of ours in one space must not end the others, nor this one for ever.
Async<void> SpaceLoop::guarded_cycle(Milliseconds interval) {
  try {
    co_await cycle(interval);
  } catch (const std::exception& fault) {
    keeper_.forget();
    ports_.log.error("space {}: internal fault, the cycle was broken off: {}", name(), fault.what());
  }
}

Async<SpaceLoop::CycleResult> SpaceLoop::cycle(Milliseconds until_next) {
  take_assignment();
  Report report{.began = ports_.clock.now(), .began_at = ports_.clock.monotonic(), .until_next = until_next};
  auto standing = ports_.standings.standing();
  if (standing != nullptr) {
    co_await look_and_act(*standing, report);
  } else {
    report.error = ports_.standings.why_none();
  }
  standing.reset();  // a new life need not wait for what is told of this cycle
  if (!report.plan) ports_.log.error("space {}: nothing is done in this cycle: {}", name(), report.error);
  chronicle_.note_end(report.error, ports_.clock.now());
  const auto result = report.error.empty() ? CycleResult::done : CycleResult::failed;
  co_await publish(std::move(report));
  co_return result;
}

Async<void> SpaceLoop::look_and_act(const Standing& standing, Report& report) {
  co_await follow_standing(standing);
  auto looked = co_await look(standing);
  if (looked) {
    note_division(keeper_.fleet(), standing);
    co_await act(standing, report);
  } else {
    report.error = std::move(looked.error());
  }
}

/// What others may have written since is read anew: all records in a new life, those of inherited machines
/// otherwise.
Async<void> SpaceLoop::follow_standing(const Standing& standing) {
  if (standing.incarnation != manager_.incarnation) {
    ports_.store.forget(name());
    keeper_.forget();
    manager_.incarnation = standing.incarnation;
  } else if (!standing.roster.has_same_successions(roster_)) {
    const auto records = co_await ports_.store.load(name(), Freshness::remembered);
    if (!records) co_return;  // the cycle will not act either, and the next looks again
    std::vector<MachineName> inherited;
    for (const MachineRecord& record : *records) {
      const IncarnationId first = first_manager_of(record);
      if (standing.roster.owner_of(first, record.name) != standing.incarnation) continue;
      if (roster_.owner_of(first, record.name) != standing.incarnation) inherited.push_back(record.name);
    }
    if (!inherited.empty())
      ports_.log.info("space {}: {} machines of other managers are ours now", name(), inherited.size());
    ports_.store.forget(name(), inherited);
  }
  roster_ = standing.roster;
}

void SpaceLoop::note_division(const Fleet& fleet, const Standing& standing) {
  int ours = 0;
  for (const auto& [incarnation, machines] : fleet.machines_by_manager) {
    if (incarnation == standing.incarnation) {
      ours = machines;
    } else {
      ports_.standings.note_owner(incarnation);
    }
  }
  ports_.standings.note_machines(name(), ours);
}

Async<Result<Done, std::string>> SpaceLoop::look(const Standing& standing) {
  auto orders = co_await ports_.orders.read(name());
  if (!orders) co_return Failure{"the operators' orders cannot be read: " + orders.error().message};
  orders_ = std::move(*orders);
  chronicle_.note_orders(orders_, ports_.clock.now());
  MeteredCloud cloud(*assignment_.cloud, ports_.clock, totals_.cloud_requests);
  Observer observer(cloud, ports_.store, ports_.clock);
  auto looked = co_await observer.observe(assignment_.settings, keeper_, &standing);
  if (const std::string complaint = keeper_.take_complaint(); !complaint.empty())
    ports_.log.warning("space {}: {}", name(), complaint);
  if (!looked) co_return Failure{std::move(looked.error().message)};
  take_orders(orders_, keeper_.fleet());
  co_return Done{};
}

/// A failure does no harm: the next cycle tries again.
Async<void> SpaceLoop::withdraw_carried_out(std::vector<OrderKey> keys) {
  for (OrderKey& key : keys) {
    const std::string machine = key.subject;
    const auto withdrawn = co_await ports_.orders.withdraw(name(), std::move(key));
    if (!withdrawn && withdrawn.error().decision != StoreDecision::not_found) {
      ports_.log.warning("space {}: the order to delete {} is carried out and stays: {}", name(), machine,
                         withdrawn.error().message);
    }
  }
}

std::string SpaceLoop::why_creations_are_held(TimePoint now) const {
  if (!assignment_.creations_held_because.empty()) return assignment_.creations_held_because;
  if (creations_held_until_ && now < *creations_held_until_) {
    return fmt::format("the cloud asked for a pause of {} more",
                       format_duration(*creations_held_until_ - now));
  }
  return {};
}

Holds SpaceLoop::holds(TimePoint now) const {
  Holds holds(assignment_.settings.machinetypes.size());
  hold_drained(orders_, assignment_.settings, holds);
  images_->add_holds(holds);
  template_retries_.add_holds(assignment_.settings, now, holds);
  return holds;
}

void SpaceLoop::note_templates(const CycleOutcome& outcome) {
  const auto& types = assignment_.settings.machinetypes;
  for (const MachinetypeIndex index : outcome.templates_read) {
    if (outcome.templates_missing.contains(index)) continue;
    template_retries_.succeeded(types[position(index)].name);
    ports_.faults.clear(name(), template_fault(types[position(index)].name));
  }
  for (const auto& [index, why] : outcome.templates_missing) {
    const MachinetypeSettings& type = types[position(index)];
    template_retries_.failed(type, why, ports_.clock.now());
    ports_.faults.tell(name(), template_fault(type.name), why, ports_.clock.now());
  }
}

/// Creations are planned again in this manager's turn, with what the others have asked for since, and put on
/// record before the turn is given back: the limits hold for all together.
Async<Intents> SpaceLoop::reserve_creations(PlanInput& input, const Standing& standing, Report& report) {
  const auto hold = [&](std::string why) {
    input.creations = Creations::held;
    input.held_because = std::move(why);
    report.plan = plan(input, random_);
  };
  auto turn = co_await take_turn(ports_.turns, ports_.clock, standing, name(), random_);
  if (!turn) {
    hold(std::move(turn.error()));
    co_return Intents{};
  }
  WrittenIntents written;
  const auto changes = co_await ports_.store.changes(name(), Freshness::as_of_now, keeper_.records_mark());
  if (changes) {
    keeper_.take_records(*changes);
    take_orders(orders_, keeper_.fleet());
    report.plan = plan(input, random_);
    written = co_await write_intents(ports_.store, *report.plan, assignment_.settings, manager_, input.now);
    report.error = written.error;
  } else {
    hold(changes.error().message);
  }
  const auto given = co_await ports_.turns.give_back(name(), *turn);
  if (!given) ports_.log.warning("space {}: {}", name(), given.error().message);
  co_return std::move(written.intents);
}

Async<void> SpaceLoop::act(const Standing& standing, Report& report) {
  const Fleet& fleet = keeper_.fleet();
  const TimePoint now = ports_.clock.now();
  const std::string held = why_creations_are_held(now);
  Holds held_types = holds(now);
  co_await proxies_.read(ports_.files, assignment_.settings, now, held_types);
  const Division division{.managers = static_cast<int>(standing.roster.live().size()),
                          .cycle = std::chrono::ceil<Seconds>(report.until_next)};
  PlanInput input{.fleet = fleet,
                  .settings = assignment_.settings,
                  .now = now,
                  .creations = held.empty() ? Creations::allowed : Creations::held,
                  .held_because = held,
                  .holds = held_types.take(),
                  .division = division};
  report.plan = plan(input, random_);
  Intents intents;
  if (creates_any(*report.plan)) intents = co_await reserve_creations(input, standing, report);
  report.foreign = fleet.foreign;
  report.quota = fleet.quota;
  images_->note_use(fleet.images_in_use);
  MeteredCloud cloud(*assignment_.cloud, ports_.clock, totals_.cloud_requests);
  Executor executor(cloud, ports_, manager_, images_->ready());
  CycleOutcome outcome = co_await executor.carry_out(*report.plan, fleet, assignment_.settings, proxies_,
                                                     keeper_.memories(), std::move(intents));
  if (outcome.listing_in_doubt) keeper_.listings().doubt();
  if (outcome.hold_creations) creations_held_until_ = now + std::min(*outcome.hold_creations, kLongestHold);
  chronicle_.note_plan(*report.plan, ports_.clock.now());
  count(fleet, *report.plan, outcome);
  note_templates(outcome);
  if (report.error.empty()) report.error = outcome.store_error;
  report.notes = std::move(outcome.notes);
  if (standing.does(fmt::format("heartbeat lists/{}", name()))) co_await keep_heartbeat_lists(fleet, report);
  const bool speaks = standing.does(fmt::format("monitors/{}", name()));
  totals_.messages_sent += co_await monitors_.tell(assignment_.settings, fleet, *report.plan, outcome.ended,
                                                   speaks ? SpokenFor::the_space : SpokenFor::own_machines);
  const auto kept = co_await keep_build_failures(fleet, *report.plan, outcome.refused);
  if (!kept && report.error.empty()) report.error = kept.error().message;
  const auto ramp_kept = co_await keep_ramp(fleet, report.plan->ramp, outcome.creation_error, now);
  if (!ramp_kept && report.error.empty()) report.error = ramp_kept.error().message;
  co_await withdraw_carried_out(carried_out(orders_, fleet));
  if (standing.does(fmt::format("old records/{}", name()))) co_await expire_records();
}

Async<StoreResult<Done>> SpaceLoop::keep_build_failures(const Fleet& fleet, const Plan& plan,
                                                        const std::vector<BuildAttempt>& refused) {
  std::vector<BuildAttempt> attempts = build_attempts(fleet, plan);
  attempts.insert(attempts.end(), refused.begin(), refused.end());
  if (attempts.empty()) co_return Done{};
  const auto known = co_await ports_.store.build_failures(name());  // others may have had some meanwhile
  if (!known) co_return Failure{known.error()};
  auto failures = after_attempts(*known, attempts, ports_.clock.now());
  if (failures == *known) co_return Done{};
  for (const BuildFailures& failure : failures) {
    ports_.log.warning("space {}: flavor {} waits {} after failed builds in {} {}: {}", name(),
                       failure.flavor, format_duration(build_wait_end(failure) - failure.last),
                       failure.consecutive, failure.consecutive == 1 ? "cycle" : "cycles in a row",
                       failure.fault.text);
  }
  co_return co_await ports_.store.set_build_failures(name(), std::move(failures));
}

/// `ramp`: of the plan; what the cloud did not take is added.
Async<StoreResult<Done>> SpaceLoop::keep_ramp(const Fleet& fleet, std::optional<Ramp>& ramp,
                                              const std::string& creation_error, TimePoint planned_at) {
  if (!ramp) co_return Done{};
  if (!creation_error.empty())
    ramp = ramp_after_cloud_error(std::move(*ramp), assignment_.settings, creation_error, planned_at,
                                  ports_.clock.now());
  if (ramp == fleet.ramp) co_return Done{};
  if (fleet.ramp) chronicle_.note_ramp(*fleet.ramp, *ramp, ports_.clock.now());
  co_return co_await ports_.store.set_ramp(name(), *ramp);
}

void SpaceLoop::count(const Fleet& fleet, const Plan& plan, const CycleOutcome& outcome) {
  for (const Action& action : plan.actions) {
    const auto* stopped = std::get_if<MarkStopped>(&action);
    if (stopped != nullptr) tally_[fleet.machines[stopped->machine].machinetype_name].count(stopped->verdict);
  }
  for (std::size_t i = 0; i < outcome.created_by_type.size(); ++i) {
    tally_[assignment_.settings.machinetypes[i].name].created += outcome.created_by_type[i];
  }
  totals_.creations_failed += outcome.creations_failed;
  totals_.deletions_accepted += outcome.deletions_accepted;
  totals_.deletions_failed += outcome.deletions_failed;
  totals_.accounted += outcome.accounted;
}

Async<void> SpaceLoop::keep_heartbeat_lists(const Fleet& fleet, Report& report) {
  auto lists = heartbeat_lists(fleet, assignment_.settings, ports_.clock.now());
  const auto kept = co_await ports_.heartbeat_lists.publish(name(), std::move(lists));
  if (!kept && report.error.empty()) report.error = kept.error().message;
}

Async<void> SpaceLoop::expire_records() {
  const TimePoint now = ports_.clock.now();
  if (expired_at_ && now - *expired_at_ < kExpiryInterval) co_return;
  expired_at_ = now;
  const auto expired = co_await ports_.store.expire(name(), now - assignment_.settings.cleanup);
  if (!expired) ports_.log.warning("space {}: old records stay: {}", name(), expired.error().message);
}

Async<void> SpaceLoop::publish(Report report) {
  monitors_.look_for_problems(assignment_.settings);
  ++(report.error.empty() ? totals_.cycles_done : totals_.cycles_failed);
  totals_.cycles.add(ports_.clock.monotonic() - report.began_at);
  StatusParts parts{.space = name(),
                    .manager = manager_,
                    .began = report.began,
                    .took = ports_.clock.monotonic() - report.began_at,
                    .until_next = report.until_next,
                    .error = std::move(report.error),
                    .problems = assignment_.problems,
                    .plan = report.plan ? &*report.plan : nullptr,
                    .foreign = report.foreign,
                    .quota = report.quota,
                    .notes = std::move(report.notes),
                    .faults = ports_.faults.of(name()),
                    .tally = tally_,
                    .totals = totals_,
                    .orders = orders_};
  auto document = status_text(parts);
  const auto published = co_await ports_.store.publish_status(name(), std::move(document));
  if (!published)
    ports_.log.error("space {}: the status is not published: {}", name(), published.error().message);
}

}  // namespace vacuum
