// vacsim: plays a site's configuration against made-up work, in virtual time.
#include <exception>
#include <functional>
#include <iostream>
#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/version.hpp"
#include "programs/vacsim/commands.hpp"

namespace {

using namespace vacuum::vacsim;

constexpr double kMostDays = 3650;
constexpr int kMostSeedsOfToday = 1000;

void add_list(CLI::App& app, std::function<int()>& chosen) {
  auto* list = app.add_subcommand("list", "tell the built-in scenarios");
  auto show = std::make_shared<std::string>();
  list->add_option("--show", *show, "print the text of this one, as the beginning of one's own")
      ->type_name("SCENARIO");
  list->callback([&chosen, show] { chosen = [show] { return list_simulations(!show->empty(), *show); }; });
}

void add_run(CLI::App& app, std::function<int()>& chosen) {
  auto* run = app.add_subcommand("run", "run a simulation, and draw what came of it");
  auto command = std::make_shared<RunCommand>();
  auto* scenario = run->add_option("scenario", command->place.scenario, "a built-in scenario, or a file")
                       ->type_name("SCENARIO");
  auto* config = run->add_option("--config", command->place.config_file, "a site's own vcycle.conf");
  run->add_option("--queues", command->place.queues_file,
                  "the work of its experiments; without it each machinetype has endless work")
      ->needs(config)
      ->excludes(scenario);
  config->excludes(scenario);
  run->add_option("--state-dir", command->place.state_directory, "where copies of vacuum pipes are")
      ->capture_default_str();
  run->add_option("--days", command->days, "how long, in days; else as the scenario says, or 7")
      ->check(CLI::Range(0.01, kMostDays));
  run->add_option("--seed", command->seed, "of all random choices")->capture_default_str();
  run->add_option("--report", command->report, "write a report to this file, as HTML")->type_name("FILE");
  run->add_flag("--verbose", command->verbose, "tell what the managers log");
  run->add_flag("--quiet", command->quiet, "print nothing");
  run->callback([&chosen, command] { chosen = [command] { return run_simulation_command(*command); }; });
}

void add_check(CLI::App& app, std::function<int()>& chosen) {
  auto* check = app.add_subcommand("check", "run scenarios, and see whether what they expect comes of them");
  auto command = std::make_shared<CheckCommand>();
  check
      ->add_option("scenario", command->scenarios,
                   "built-in scenarios, or files; else all built-in ones that take seconds")
      ->type_name("SCENARIO");
  check->add_option("--seed", command->seed, "of all random choices")->capture_default_str();
  check->callback([&chosen, command] { chosen = [command] { return check_simulations(*command); }; });
}

void add_fuzz(CLI::App& app, std::function<int()>& chosen) {
  auto* fuzz = app.add_subcommand("fuzz", "play random sites with random faults, and look for broken rules");
  auto command = std::make_shared<FuzzCommand>();
  fuzz->add_option("--seeds", command->seeds, "one, or FIRST-LAST")->capture_default_str();
  fuzz->add_option("--today", command->today, "so many seeds besides, made of today's date: others each day")
      ->check(CLI::Range(0, kMostSeedsOfToday))
      ->type_name("N");
  fuzz->add_flag("--verbose", command->verbose, "tell what went wrong on purpose, and what managers log");
  fuzz->add_option("--canary", command->canary, "")->group("");  // for tests of the checks themselves
  fuzz->callback([&chosen, command] { chosen = [command] { return fuzz_simulations(*command); }; });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Plays the configuration of a site against made-up work, days in seconds.", "vacsim");
  app.set_version_flag("--version", fmt::format("vacsim (Vacuum) {}", vacuum::version()));
  app.require_subcommand(1);
  std::function<int()> chosen;
  add_list(app, chosen);
  add_run(app, chosen);
  add_check(app, chosen);
  add_fuzz(app, chosen);
  try {
    app.parse(argc, argv);
    return chosen();
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& fault) {
    std::cerr << "vacsim: " << fault.what() << "\n";
    return 1;
  }
}
