#include "control/space_chronicle.hpp"

#include <utility>

#include <fmt/format.h>

namespace vacuum {
namespace {

/// While cycles fail, other words are told this long after the last.
constexpr Seconds kErrorRetold{600};

/// Sentences that speak of no time that passes.
bool has_steady_words(WaitReason reason) {
  return reason == WaitReason::draining || reason == WaitReason::not_ready;
}

std::string order_words(EventKind kind, const OrderKey& key, const Order& order) {
  const std::string what = [&]() -> std::string {
    switch (key.kind) {
      case OrderKind::drain_space:
        return "drain the space";
      case OrderKind::drain_machinetype:
        return "drain machinetype " + key.subject;
      case OrderKind::hold_deletions:
        return "hold all deletions";
      case OrderKind::delete_machine:
        return "delete " + key.subject;
    }
    return {};
  }();
  if (kind == EventKind::order_withdrawn) {
    const bool is_deletion = key.kind == OrderKind::delete_machine;
    return fmt::format("{}: {}", what, is_deletion ? "it is gone, or the order was withdrawn" : "no more");
  }
  return fmt::format("{}, {}", what, describe(order));
}

}  // namespace

void SpaceChronicle::tell(Event event, TimePoint now) {
  event.time = now;
  event.space = space_;
  events_.tell(std::move(event));
}

void SpaceChronicle::note_order(EventKind kind, const OrderKey& key, const Order& order, TimePoint now) {
  Event event{.kind = kind,
              .reason = order_words(kind, key, order),
              .details = {{"order", std::string(to_string(key.kind))}}};
  if (key.kind == OrderKind::drain_machinetype) event.machinetype = MachinetypeName{key.subject};
  if (key.kind == OrderKind::delete_machine) {
    event.machine = MachineName{key.subject};
    event.machinetype = machinetype_of(event.machine).value_or(MachinetypeName{});
  }
  if (kind == EventKind::order_given && !order.by.empty()) event.details.push_back({"by", order.by});
  tell(std::move(event), now);
}

void SpaceChronicle::note_orders(const Orders& orders, TimePoint now) {
  const Orders before = orders_ ? std::move(*orders_) : orders;
  for (const auto& [key, order] : orders) {
    const Order* known = find_order(before, key);
    if (known == nullptr || !(*known == order)) note_order(EventKind::order_given, key, order, now);
  }
  for (const auto& [key, order] : before) {
    if (!orders.contains(key)) note_order(EventKind::order_withdrawn, key, order, now);
  }
  orders_ = orders;
}

void SpaceChronicle::note_wait(const MachinetypePlan& machinetype, TimePoint now) {
  Wait wait{.reason = machinetype.wait,
            .abort = machinetype.last_abort ? std::optional(machinetype.last_abort->time) : std::nullopt,
            .why = has_steady_words(machinetype.wait) ? machinetype.why : std::string()};
  const auto known = waits_.find(machinetype.name);
  if (known != waits_.end() && known->second == wait) return;
  Event event{.kind = EventKind::wait_changed,
              .machinetype = machinetype.name,
              .reason = machinetype.why,
              .details = {{"wait", std::string(to_string(wait.reason))}}};
  if (known != waits_.end())
    event.details.push_back({"before", std::string(to_string(known->second.reason))});
  if (machinetype.wait_until) event.details.push_back({"until", format_iso8601(*machinetype.wait_until)});
  waits_.insert_or_assign(machinetype.name, std::move(wait));
  tell(std::move(event), now);
}

void SpaceChronicle::note_plan(const Plan& plan, TimePoint now) {
  for (const MachinetypePlan& machinetype : plan.machinetypes) note_wait(machinetype, now);
  std::erase_if(waits_, [&](const auto& entry) {
    for (const MachinetypePlan& machinetype : plan.machinetypes) {
      if (machinetype.name == entry.first) return false;
    }
    return true;
  });
  const bool held = !plan.held_deletions.empty();
  if (std::exchange(deletions_held_, held) == held) return;
  tell({.kind = held ? EventKind::deletions_held : EventKind::deletions_released,
        .reason = held ? plan.held_because : "no deletion is held any more",
        .details = {}},
       now);
}

void SpaceChronicle::note_ramp(const Ramp& before, const Ramp& after, TimePoint now) {
  if (before.step_millionths == after.step_millionths) return;
  tell({.kind = EventKind::ramp_changed,
        .reason = fmt::format("one cycle may create {} of the limit, not {}; {}", step_text(after),
                              step_text(before), after.why),
        .details = {{"step_millionths", fmt::format("{}", after.step_millionths)}}},
       now);
}

void SpaceChronicle::note_end(const std::string& error, TimePoint now) {
  if (error.empty()) {
    if (failing_since_) {
      const std::string span = format_duration(std::max(now - *failing_since_, Seconds{0}));
      tell({.kind = EventKind::cycle_recovered,
            .reason = fmt::format("the first good cycle after {} that failed, {} after the first of them",
                                  failed_cycles_, span),
            .details = {}},
           now);
    }
    failing_since_.reset();
    failed_cycles_ = 0;
    error_.clear();
    return;
  }
  ++failed_cycles_;
  if (!failing_since_) failing_since_ = now;
  // Words that change with each cycle (a number of a request) are not told each time.
  if (error_ == error || (!error_.empty() && now - error_told_ < kErrorRetold)) return;
  error_ = error;
  error_told_ = now;
  tell({.kind = EventKind::cycle_failed, .reason = error, .details = {}}, now);
}

}  // namespace vacuum
