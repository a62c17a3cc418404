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
  const double least = std::ranges::min(contenders, {}, &Contender::weighted_count).weighted_count;
  const auto is_least = [least](const Contender& one) { return one.weighted_count <= least; };
  const auto count = static_cast<std::uint64_t>(std::ranges::count_if(contenders, is_least));
  std::uint64_t to_pass = count > 1 ? ties.below(count) : 0;
  std::size_t picked = 0;
  while (!is_least(contenders[picked]) || to_pass > 0) {
    if (is_least(contenders[picked])) --to_pass;
    ++picked;
  }
  return picked;
}

}  // namespace vacuum
