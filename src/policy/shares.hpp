#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "base/random.hpp"
#include "domain/fleet.hpp"
#include "domain/settings.hpp"

namespace vacuum {

/// Whether a machinetype takes part in the sharing at all.
[[nodiscard]] bool has_share(const MachinetypeSettings& type);

/// What a machine weighs (spec 4): its HS06; else that of its machinetype for its processors; else its
/// processors.
[[nodiscard]] double weight_of(const Machine& machine, const MachinetypeSettings& type);
/// What a new machine of this many processors will weigh.
[[nodiscard]] double weight_of_new(int processors, const MachinetypeSettings& type);
/// HS06 of a new machine, where the machinetype tells it.
[[nodiscard]] std::optional<double> hs06_of_new(int processors, const MachinetypeSettings& type);

/// Sum of weights ÷ target_share; 0 for a machinetype without a share.
[[nodiscard]] double weighted_count(double weight, const MachinetypeSettings& type);

/// A machinetype that may be given the next machine.
struct Contender {
  std::size_t machinetype = 0;
  double weighted_count = 0;
};

/// Position of the contender with the lowest weighted count, ties drawn at random. Precondition: there is
/// one.
[[nodiscard]] std::size_t pick_neediest(std::span<const Contender> contenders, RandomStream& ties);

}  // namespace vacuum
