#include "policy/division.hpp"

#include <algorithm>

#include "policy/durations.hpp"
#include "policy/tally.hpp"

namespace vacuum {

std::int64_t created_by_others(const Fleet& fleet, const Division& division, TimePoint now) {
  std::int64_t processors = 0;
  if (division.managers <= 1) return processors;
  for (const Machine& machine : fleet.machines) {
    const bool is_recent = elapsed(machine.created, now) < division.cycle;
    if (machine.managed_by == ManagedBy::others && is_recent) processors += processors_of(machine);
  }
  return processors;
}

std::int64_t own_part(std::int64_t allowed, int managers, std::int64_t created_by_others) {
  const std::int64_t count = std::max(managers, 1);
  const std::int64_t part = (allowed + count - 1) / count;
  return std::min(part, std::max<std::int64_t>(allowed - created_by_others, 0));
}

}  // namespace vacuum
