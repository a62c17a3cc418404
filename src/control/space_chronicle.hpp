#pragma once

#include <map>
#include <optional>
#include <string>

#include "domain/orders.hpp"
#include "domain/plan.hpp"
#include "ports/event_sink.hpp"

namespace vacuum {

/// Turns what a space is like after each cycle into events: only what changed is told. Forgotten at a
/// restart, after which each machinetype's wait is told once.
class SpaceChronicle {
 public:
  SpaceChronicle(EventSink& events, SpaceName space) : events_(events), space_(std::move(space)) {}

  /// The orders that stand now.
  void note_orders(const Orders& orders, TimePoint now);
  /// Why machinetypes are given no more, and whether deletions are held.
  void note_plan(const Plan& plan, TimePoint now);
  /// What one cycle may create by an adaptive ramp.
  void note_ramp(const Ramp& before, const Ramp& after, TimePoint now);
  /// The end of a cycle; `error` is empty for a good one.
  void note_end(const std::string& error, TimePoint now);

 private:
  /// What makes two waits the same to a reader.
  struct Wait {
    WaitReason reason = WaitReason::none;
    std::optional<TimePoint> abort;  ///< that it comes from
    std::string why;                 ///< where the sentence itself does not change by itself

    friend bool operator==(const Wait&, const Wait&) = default;
  };

  void note_wait(const MachinetypePlan& machinetype, TimePoint now);
  void note_order(EventKind kind, const OrderKey& key, const Order& order, TimePoint now);
  void tell(Event event, TimePoint now);

  EventSink& events_;
  SpaceName space_;
  std::optional<Orders> orders_;
  std::map<MachinetypeName, Wait> waits_;
  bool deletions_held_ = false;
  std::string error_;  ///< as last told
  TimePoint error_told_{};
  std::optional<TimePoint> failing_since_;
  int failed_cycles_ = 0;
};

}  // namespace vacuum
