#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/play/expectation.hpp"
#include "sim/play/recorder.hpp"

namespace vacuum::sim {

/// What came of one machinetype.
struct TypeOutcome {
  SpaceName space;
  MachinetypeName machinetype;
  double target_share = 0;   ///< part of the space's shares, from 0 to 1
  double reached_share = 0;  ///< mean part of the space's processors, from 0 to 1
  double mean_machines = 0;
  std::uint64_t created = 0;
  std::uint64_t jobs_done = 0;
  std::uint64_t jobs_lost = 0;
  std::uint64_t no_work = 0;
  std::uint64_t failed = 0;
  double processor_hours = 0;
  double wasted_processor_hours = 0;  ///< of these, those in which no job was done
  double backing_off = 0;             ///< part of the time, from 0 to 1
  double probing = 0;
};

[[nodiscard]] std::vector<TypeOutcome> outcomes_of(const Recording& recording);

/// What was measured; nothing where the recording has nothing in the window.
[[nodiscard]] std::optional<double> measure(const Recording& recording, const Expectation& expected);
/// Whether that is what was expected.
[[nodiscard]] bool is_met(const Expectation& expected, const std::optional<double>& measured);
/// "share of high from 6 h to 8 h: 0.52, expected 0.45 to 0.55"
[[nodiscard]] std::string describe(const Expectation& expected, const std::optional<double>& measured);

}  // namespace vacuum::sim
