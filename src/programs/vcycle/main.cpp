#include <iostream>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/version.hpp"
#include "config/pipe_document.hpp"
#include "programs/common/fetch_text.hpp"
#include "programs/vcycle/apel_sync_command.hpp"
#include "programs/vcycle/certificate_commands.hpp"
#include "programs/vcycle/check_command.hpp"
#include "programs/vcycle/ended_command.hpp"
#include "programs/vcycle/machines_command.hpp"
#include "programs/vcycle/machinetypes_command.hpp"
#include "programs/vcycle/managers_command.hpp"
#include "programs/vcycle/operator_commands.hpp"
#include "programs/vcycle/pipe_check_command.hpp"
#include "programs/vcycle/plan_command.hpp"
#include "programs/vcycle/spaces_command.hpp"
#include "programs/vcycle/state_view.hpp"

namespace {

using namespace vacuum;

/// What the command line fills in.
struct Arguments {
  DiskPlaces places;
  std::string config;
  std::string space;
  bool json = false;
  bool ended = false;
  PipeCheckOptions pipe;
  bool watch = false;
  int watch_seconds = 0;
  std::string month;
  bool dry_run = false;
};

CommandOptions common_options(const Arguments& arguments) {
  CommandOptions options{.places = arguments.places, .space = std::nullopt};
  if (!arguments.config.empty()) options.places.config_file = arguments.config;
  if (!arguments.space.empty()) options.space = SpaceName{arguments.space};
  options.format = arguments.json ? Format::json : Format::table;
  return options;
}

MachinetypesOptions machinetypes_options(const Arguments& arguments) {
  MachinetypesOptions options{
      .common = common_options(arguments), .watch = arguments.watch, .watch_for = std::nullopt};
  if (arguments.watch_seconds > 0) {
    options.watch = true;
    options.watch_for = Seconds{arguments.watch_seconds};
  }
  return options;
}

ApelSyncOptions apel_sync_options(const Arguments& arguments) {
  return {.places = common_options(arguments).places,
          .month = arguments.month.empty() ? std::nullopt : parse_month(arguments.month),
          .dry_run = arguments.dry_run};
}

CLI::App* add_apel_sync(CLI::App& app, Arguments& arguments) {
  CLI::App* command =
      app.add_subcommand("apel-sync", "tell APEL how many accounting records of a month it should have");
  command
      ->add_option("--month", arguments.month,
                   "YYYY-MM; where none is given the month that yesterday lies in")
      ->check([](const std::string& text) {
        return parse_month(text) ? std::string() : "'" + text + "' is no month; write it like 2026-11";
      });
  command->add_flag("--dry-run", arguments.dry_run, "print the numbers, write nothing");
  return command;
}

CLI::App* add_command(CLI::App& app, Arguments& arguments, const std::string& name, const std::string& help) {
  CLI::App* command = app.add_subcommand(name, help);
  command->add_flag("--json", arguments.json, "print JSON");
  if (name != "check" && name != "managers") {
    command->add_option("SPACE", arguments.space, "this space alone")->check([](const std::string& text) {
      return is_space_name(text) ? std::string() : "'" + text + "' is no name of a space";
    });
  }
  return command;
}

CLI::App* add_pipe_check(CLI::App& app, Arguments& arguments) {
  CLI::App* pipe = app.add_subcommand("pipe", "vacuum pipes, as experiments publish them");
  pipe->require_subcommand(1);
  CLI::App* check = pipe->add_subcommand("check", "what a site would get from a pipe, and what is refused");
  check->add_option("SOURCE", arguments.pipe.source, "file, or http or https URL, of the pipe")->required();
  check->add_option("--prefix", arguments.pipe.prefix, "the site's name for the pipe")->capture_default_str();
  check->add_option("--url", arguments.pipe.url, "where the file is to be published");
  check->add_flag("--json", arguments.json, "print JSON");
  return check;
}

int check_pipe(const Arguments& arguments) {
  PipeCheckOptions options = arguments.pipe;
  options.format = arguments.json ? Format::json : Format::table;
  const TextFetcher fetch = [&](const std::string& url) {
    DiskConfiguration disk(common_options(arguments).places);
    return fetch_text(url, kPipeBytesMax, disk.load().daemon.ca_directory);
  };
  return run_pipe_check(options, fetch, std::cout, std::cerr);
}

int run(int argc, char** argv) {
  CLI::App app("See what vcycled does, and why.", "vcycle");
  app.set_version_flag("--version", fmt::format("vcycle (Vacuum) {}", version()));
  app.require_subcommand(1);
  app.fallthrough();
  Arguments arguments;
  app.add_option("--config", arguments.config,
                 "read this file instead of /etc/vcycle.d and /etc/vcycle.conf");
  app.add_option("--state-dir", arguments.places.state_directory, "where vcycled keeps its state")
      ->capture_default_str();
  CLI::App* check = add_command(app, arguments, "check", "what is wrong with the configuration");
  CLI::App* plan = add_command(app, arguments, "plan", "what a cycle would do now, and why; changes nothing");
  CLI::App* machines = add_command(app, arguments, "machines", "the machines on record");
  machines->add_flag("--ended", arguments.ended, "those that stopped or are gone, and what came of them");
  CLI::App* machinetypes =
      add_command(app, arguments, "machinetypes", "shares, machines, and why no more are created");
  machinetypes->add_flag("--watch", arguments.watch, "show it again after each second");
  machinetypes->add_option("--watch-seconds", arguments.watch_seconds, "watch for so long, then end")
      ->check(CLI::Range(1, 1000000));
  CLI::App* pipe_check = add_pipe_check(app, arguments);
  CLI::App* spaces = add_command(app, arguments, "spaces", "the spaces as of their last cycle");
  CLI::App* managers = add_command(app, arguments, "managers", "who manages the spaces, and who took over");
  OperatorCommands operators(app);
  CLI::App* apel_sync = add_apel_sync(app, arguments);
  CertificateCommands certificates(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  const CommandOptions options = common_options(arguments);
  if (const auto status = certificates.run(options.places)) return *status;
  if (*check) return run_check({.places = options.places, .json = arguments.json}, std::cout);
  if (*plan) return run_plan(options, std::cout, std::cerr);
  if (*machines && arguments.ended) return run_ended(options, std::cout, std::cerr);
  if (*machines) return run_machines(options, std::cout, std::cerr);
  if (*machinetypes) return run_machinetypes(machinetypes_options(arguments), std::cout, std::cerr);
  if (*apel_sync) return run_apel_sync(apel_sync_options(arguments), time_now(), std::cout, std::cerr);
  if (*pipe_check) return check_pipe(arguments);
  if (*managers) return run_managers(options.places, options.format, std::cout, std::cerr);
  if (*spaces) return run_spaces(options, std::cout, std::cerr);
  return operators.run(options.places).value_or(2);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& fault) {
    std::cerr << "vcycle: " << fault.what() << "\n";
    return 1;
  }
}
