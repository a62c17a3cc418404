#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/fleet.hpp"
#include "domain/plan.hpp"
#include "domain/settings.hpp"
#include "policy/plan.hpp"

namespace vacuum::testing {

/// A space and its fleet, put together in few words. Begins with one machinetype "prod" (share 1, back-off
/// 600 s, fizzle 300 s), flavors small (1 processor), medium (4) and large (8), a limit of 100 processors,
/// and no machines.
class Scene {
 public:
  Scene();

  TimePoint now = from_unix(1'800'000'000);
  SpaceSettings settings;
  Fleet fleet;
  Creations creations = Creations::allowed;
  std::string held_because;
  std::vector<std::optional<MachinetypeHold>> holds;
  Division division;

  /// Adds a machinetype like "prod". The reference holds until the next is added.
  MachinetypeSettings& add_type(const std::string& name, double share);
  [[nodiscard]] MachinetypeSettings& type(std::size_t index = 0) { return settings.machinetypes[index]; }

  /// Adds a machine of one processor, created an hour ago; one that runs or is over has run since a minute
  /// later. The reference holds until the next is added.
  Machine& add(MachineState state, std::size_t type_index = 0);
  Machine& add_orphan(MachineState state);
  void add_many(int count, MachineState state, std::size_t type_index = 0);

  [[nodiscard]] TimePoint ago(std::int64_t seconds) const { return now - Seconds{seconds}; }
  void abort(std::int64_t seconds_ago, std::size_t type_index = 0);

  [[nodiscard]] PlanInput input() const {
    return {fleet, settings, now, creations, held_because, holds, division};
  }
  /// The plan; a test failure where the linter finds a fault in it.
  [[nodiscard]] Plan plan(std::uint64_t seed = 1) const;
};

/// The actions of one kind.
template <class Kind>
[[nodiscard]] std::vector<Kind> all_of(const Plan& plan) {
  std::vector<Kind> found;
  for (const Action& action : plan.actions) {
    if (const auto* one = std::get_if<Kind>(&action)) found.push_back(*one);
  }
  return found;
}

/// How many machines a plan creates, of all machinetypes or of one.
[[nodiscard]] int created(const Plan& plan);
[[nodiscard]] int created(const Plan& plan, std::size_t type_index);
/// Why the only deletion of a plan is made; nothing where there is none.
[[nodiscard]] std::optional<DeleteReason> deletion(const Plan& plan);

}  // namespace vacuum::testing
