#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

#include "base/version.hpp"
#include "programs/vacsim/commands.hpp"
#include "programs/vacsim/load_simulation.hpp"
#include "sim/play/builtin_simulations.hpp"
#include "sim/play/run.hpp"
#include "sim/report/page.hpp"

namespace vacuum::vacsim {
namespace {

using SteadyClock = std::chrono::steady_clock;

double seconds_since(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

/// Tells how far it is on a terminal, once it takes more than a moment.
class Progress {
 public:
  explicit Progress(bool wanted) : wanted_(wanted && isatty(STDERR_FILENO) != 0) {}
  void tell(double done) {
    if (!wanted_ || seconds_since(begin_) < 1) return;
    const double left = seconds_since(begin_) * (1 - done) / done;
    fmt::print(stderr, "\r{:3.0f} %, {:.0f} s more   ", 100 * done, left);
    told_ = true;
  }
  void end() {
    if (told_) fmt::print(stderr, "\r{:30}\r", "");
  }

 private:
  bool wanted_;
  bool told_ = false;
  SteadyClock::time_point begin_ = SteadyClock::now();
};

void print_outcomes(const sim::Recording& recording) {
  for (const sim::SpaceTrack& space : recording.spaces) {
    fmt::print("space {}\n", space.name);
    fmt::print("  {:<20} {:>7} {:>8} {:>9} {:>8} {:>9} {:>8} {:>7} {:>6} {:>9} {:>9}\n", "machinetype",
               "share", "reached", "machines", "created", "jobs done", "no work", "failed", "lost",
               "CPU hours", "wasted");
    for (const sim::TypeOutcome& outcome : sim::outcomes_of(recording)) {
      if (outcome.space != space.name) continue;
      fmt::print("  {:<20} {:>6.1f}% {:>7.1f}% {:>9.1f} {:>8} {:>9} {:>8} {:>7} {:>6} {:>9.0f} {:>9.0f}\n",
                 outcome.machinetype, 100 * outcome.target_share, 100 * outcome.reached_share,
                 outcome.mean_machines, outcome.created, outcome.jobs_done, outcome.no_work, outcome.failed,
                 outcome.jobs_lost, outcome.processor_hours, outcome.wasted_processor_hours);
    }
  }
}

bool write_report(const std::string& path, const std::string& page) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << page;
  file.close();
  if (file) return true;
  fmt::print(stderr, "vacsim: {} cannot be written; name a place for it with --report\n", path);
  return false;
}

bool print_expectations(const sim::Simulation& simulation, const sim::Recording& recording) {
  bool all_met = true;
  for (const sim::Expectation& expected : simulation.expectations) {
    const auto measured = sim::measure(recording, expected);
    const bool met = sim::is_met(expected, measured);
    fmt::print("  {} {}: {}\n", met ? "met   " : "MISSED", expected.name, sim::describe(expected, measured));
    all_met = all_met && met;
  }
  return all_met;
}

sim::RunOptions options_of(std::uint64_t seed, Progress& progress, bool verbose) {
  sim::RunOptions options;
  options.seed = seed;
  options.on_progress = [&progress](double done) { progress.tell(done); };
  if (verbose) options.on_log = [](LogLevel, std::string_view line) { fmt::print(stderr, "{}\n", line); };
  return options;
}

}  // namespace

int run_simulation_command(const RunCommand& command) {
  auto simulation = load_simulation(command.place);
  if (!simulation) {
    fmt::print(stderr, "{}\n", simulation.error());
    return 2;
  }
  if (command.days) simulation->length = Milliseconds{std::llround(*command.days * 86'400'000)};
  const auto begin = SteadyClock::now();
  Progress progress(!command.quiet);
  const sim::Recording recording =
      sim::run_simulation(*simulation, options_of(command.seed, progress, command.verbose));
  progress.end();
  const sim::PageFacts facts{.title = simulation->title,
                             .description = simulation->description,
                             .version = std::string(version()),
                             .seed = command.seed,
                             .took_seconds = seconds_since(begin)};
  if (!command.quiet) print_outcomes(recording);
  if (command.report.empty()) return 0;
  if (!write_report(command.report, sim::make_page(facts, *simulation, recording))) return 1;
  if (!command.quiet) fmt::print("report: {}\n", command.report);
  return 0;
}

int check_simulations(const CheckCommand& command) {
  std::vector<std::string> names = command.scenarios;
  if (names.empty()) {
    for (const auto& known : sim::builtin_simulations())
      if (known.effort == sim::BuiltinSimulation::Effort::seconds) names.emplace_back(known.name);
  }
  bool all_met = true;
  for (const std::string& name : names) {
    const auto simulation = load_simulation({.scenario = name});
    if (!simulation) {
      fmt::print(stderr, "{}\n", simulation.error());
      return 2;
    }
    if (simulation->expectations.empty()) {
      fmt::print(stderr, "vacsim: {} has no [expect …] section: there is nothing to check\n", name);
      return 2;
    }
    fmt::print("{}: {}\n", name, simulation->title);
    Progress progress(true);
    const auto recording = sim::run_simulation(*simulation, options_of(command.seed, progress, false));
    progress.end();
    all_met = print_expectations(*simulation, recording) && all_met;
    std::fflush(stdout);
  }
  return all_met ? 0 : 1;
}

}  // namespace vacuum::vacsim
