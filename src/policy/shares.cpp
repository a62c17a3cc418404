#include "policy/shares.hpp"

#include <algorithm>
#include <cmath>

#include "policy/tally.hpp"

namespace vacuum {
namespace {

bool is_usable(double value) {
  return std::isfinite(value) && value > 0;
}

}  // namespace

bool has_share(const MachinetypeSettings& type) {
  return is_usable(type.target_share);
}

double weight_of(const Machine& machine, const MachinetypeSettings& type) {
  if (machine.hs06 && is_usable(*machine.hs06)) return *machine.hs06;
  return weight_of_new(static_cast<int>(processors_of(machine)), type);
}

double weight_of_new(int processors, const MachinetypeSettings& type) {
  return hs06_of_new(processors, type).value_or(processors);
}

std::optional<double> hs06_of_new(int processors, const MachinetypeSettings& type) {
  if (!type.hs06_per_processor || !is_usable(*type.hs06_per_processor)) return std::nullopt;
  return processors * *type.hs06_per_processor;
}

double weighted_count(double weight, const MachinetypeSettings& type) {
  return has_share(type) ? weight / type.target_share : 0;
}

std::size_t pick_neediest(std::span<const Contender> contenders, RandomStream& ties) {
  std::size_t picked = 0;
  std::uint64_t equals = 1;
  for (std::size_t i = 1; i < contenders.size(); ++i) {
    const double difference = contenders[i].weighted_count - contenders[picked].weighted_count;
    if (difference > 0) continue;
    equals = difference < 0 ? 1 : equals + 1;
    // The n-th of equals replaces the one before with a chance of 1 in n: all end up equally likely.
    if (equals == 1 || ties.below(equals) == 0) picked = i;
  }
  return picked;
}

}  // namespace vacuum
