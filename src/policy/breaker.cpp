#include "policy/breaker.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace vacuum {
namespace {

bool is_too_many(std::size_t unplanned, std::size_t own_machines, int percent) {
  const auto allowed = static_cast<std::size_t>(std::max(percent, 0)) * own_machines;
  return unplanned > kDeletionsNeverHeld && unplanned * 100 > allowed;
}

std::string breaker_words(const std::vector<DeleteMachine>& held, const SpaceSettings& settings,
                          std::size_t own) {
  const auto count = [&](DeleteReason reason) {
    return std::ranges::count(held, reason, &DeleteMachine::reason);
  };
  return fmt::format(
      "{} of {} machines would be deleted at once (failed: {}, failed to start: {}, heartbeat lost: {}), "
      "more than "
      "mass_deletion_percent = {} allows: find the cause, or raise mass_deletion_percent in [space {}] to "
      "let them go",
      held.size(), own, count(DeleteReason::failed), count(DeleteReason::start_timeout),
      count(DeleteReason::heartbeat), settings.mass_deletion_percent, settings.name);
}

/// Of the two switches the configuration's is told: the other would not let them go.
std::string switch_words(std::size_t held, const Fleet& fleet, const SpaceSettings& settings) {
  const std::string number = held == 1 ? "1 deletion waits" : fmt::format("{} deletions wait", held);
  if (settings.no_delete) {
    return fmt::format("no_delete is set in [space {}]: {} until it is taken out", settings.name, number);
  }
  return fmt::format("deletions are held {}; {} for 'vcycle hold-deletes {} --off'",
                     describe(*fleet.deletions_held), number, settings.name);
}

}  // namespace

SortedDeletions sort_deletions(std::vector<DeleteMachine> deletions, const Fleet& fleet,
                               const SpaceSettings& settings) {
  SortedDeletions sorted;
  if (deletions.empty()) return sorted;
  if (settings.no_delete || fleet.deletions_held) {
    sorted.held_because = switch_words(deletions.size(), fleet, settings);
    sorted.held = std::move(deletions);
    return sorted;
  }
  const auto own_machines =
      static_cast<std::size_t>(std::ranges::count(fleet.machines, ManagedBy::us, &Machine::managed_by));
  const auto unplanned =
      std::ranges::count_if(deletions, [](const DeleteMachine& one) { return !is_planned_end(one.reason); });
  if (!is_too_many(static_cast<std::size_t>(unplanned), own_machines, settings.mass_deletion_percent)) {
    sorted.carried_out = std::move(deletions);
    return sorted;
  }
  std::ranges::partition_copy(deletions, std::back_inserter(sorted.carried_out),
                              std::back_inserter(sorted.held),
                              [](const DeleteMachine& one) { return is_planned_end(one.reason); });
  sorted.held_because = breaker_words(sorted.held, settings, own_machines);
  return sorted;
}

}  // namespace vacuum
