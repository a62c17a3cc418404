#include <chrono>
#include <cstdio>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "base/text.hpp"
#include "base/time.hpp"
#include "programs/vacsim/commands.hpp"
#include "sim/fuzz/fuzz_run.hpp"

namespace vacuum::vacsim {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::int64_t kMostSeed = 1'000'000'000'000;

struct Seeds {
  std::int64_t first = 0;
  std::int64_t last = 0;
};

std::optional<Seeds> parse_seeds(const std::string& text) {
  const auto dash = text.find('-');
  const auto first = parse_integer(text.substr(0, dash));
  const auto last = dash == std::string::npos ? first : parse_integer(text.substr(dash + 1));
  if (!first || !last || *first < 0 || *last < *first || *last > kMostSeed) return std::nullopt;
  return Seeds{*first, *last};
}

void tell_violations(const sim::FuzzOutcome& outcome, const FuzzCommand& command) {
  fmt::print("seed {}:\n", outcome.seed);
  for (const sim::Violation& violation : outcome.violations)
    fmt::print("  {} {}: {}\n", format_iso8601(sim::in_seconds(violation.at)), violation.rule,
               violation.what);
  if (command.verbose) {
    for (const std::string& line : outcome.play) fmt::print("  {}\n", line);
    for (const std::string& deed : outcome.deeds) fmt::print("  {}\n", deed);
  }
  const std::string canary = command.canary.empty() ? "" : " --canary " + command.canary;
  fmt::print("  again: vacsim fuzz --seeds {}{} --verbose\n", outcome.seed, canary);
}

/// Numbers of eleven digits that begin with the date: 20260131000 and so on.
Seeds seeds_of_today(int count) {
  const std::string date = format_iso8601(std::chrono::floor<Seconds>(std::chrono::system_clock::now()));
  const auto number = parse_integer(date.substr(0, 4) + date.substr(5, 2) + date.substr(8, 2));
  const std::int64_t first = number.value_or(0) * 1000;
  return {first, first + count - 1};
}

int play(const std::vector<Seeds>& ranges, const sim::FuzzOptions& options, const FuzzCommand& command) {
  const auto begin = SteadyClock::now();
  std::int64_t played = 0;
  std::int64_t broken = 0;
  std::uint64_t created = 0;
  for (const Seeds& seeds : ranges) {
    for (std::int64_t seed = seeds.first; seed <= seeds.last; ++seed) {
      const sim::FuzzOutcome outcome = sim::run_fuzz(static_cast<std::uint64_t>(seed), options);
      ++played;
      created += outcome.created;
      if (!outcome.violations.empty()) {
        ++broken;
        tell_violations(outcome, command);
        std::fflush(stdout);
      }
      if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\rseed {}, {} with violations ", seed, broken);
    }
  }
  const double took = std::chrono::duration<double>(SteadyClock::now() - begin).count();
  fmt::print("{} seeds, {} with violations; {} machines created; {:.1f} s\n", played, broken, created, took);
  return broken > 0 ? 1 : 0;
}

}  // namespace

int fuzz_simulations(const FuzzCommand& command) {
  const auto seeds = parse_seeds(command.seeds);
  if (!seeds) {
    fmt::print(stderr, "vacsim: --seeds: '{}' is not understood; write one number, or FIRST-LAST\n",
               printable(command.seeds));
    return 2;
  }
  sim::FuzzOptions options;
  if (!command.canary.empty()) {
    const auto canary = sim::parse_canary(command.canary);
    if (!canary) {
      fmt::print(stderr, "vacsim: --canary: there are: {}\n", sim::canary_names());
      return 2;
    }
    options.canary = *canary;
  }
  if (command.verbose)
    options.on_log = [](LogLevel, std::string_view line) { fmt::print(stderr, "{}\n", line); };
  std::vector<Seeds> ranges{*seeds};
  if (command.today > 0) {
    ranges.push_back(seeds_of_today(command.today));
    fmt::print("seeds of today: {}-{}\n", ranges.back().first, ranges.back().last);
  }
  return play(ranges, options, command);
}

}  // namespace vacuum::vacsim
