#include "programs/vcycle/machinetypes_command.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <boost/json.hpp>

#include "programs/vcycle/state_view.hpp"
#include "programs/vcycle/text_table.hpp"

namespace vacuum {
namespace {

constexpr std::string_view kClearScreen = "\x1b[H\x1b[2J";
/// Where the output is no terminal, a table every so often is enough.
constexpr int kSecondsBetweenPlainTables = 5;

std::atomic<bool> interrupted{false};

std::size_t terminal_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

std::vector<std::string> row_of(const std::string& space, const MachinetypeStatus& status) {
  const auto count = [&](MachineState state) {
    return status.plan.machines_by_state[static_cast<std::size_t>(state)];
  };
  const int starting = count(MachineState::starting) + count(MachineState::unlisted);
  const int ending = count(MachineState::shutdown) + count(MachineState::deleting) +
                     count(MachineState::failed) + count(MachineState::unknown);
  return {space,
          status.plan.name.text(),
          fmt::format("{:g}", status.plan.target_share),
          fmt::format("{}", starting),
          fmt::format("{}", count(MachineState::running)),
          fmt::format("{}", ending),
          fmt::format("{}", status.plan.processors),
          fmt::format("{}", status.created),
          fmt::format("{}", status.finished_success),
          fmt::format("{}", status.finished_abort),
          status.plan.why};
}

void print_table(const std::vector<SpaceView>& views, std::ostream& out) {
  std::vector<std::vector<std::string>> rows;
  for (const SpaceView& view : views) {
    if (!view.status) continue;
    for (const auto& machinetype : view.status->machinetypes)
      rows.push_back(row_of(view.name.text(), machinetype));
  }
  out << text_table({{"SPACE"},
                     {"MACHINETYPE"},
                     {"SHARE", Align::right},
                     {"STARTING", Align::right},
                     {"RUNNING", Align::right},
                     {"ENDING", Align::right},
                     {"PROCESSORS", Align::right},
                     {"CREATED", Align::right},
                     {"DONE", Align::right},
                     {"ABORTED", Align::right},
                     {"WHY NO MORE NOW"}},
                    rows, terminal_width());
}

void print_json(const std::vector<SpaceView>& views, std::ostream& out) {
  boost::json::array machinetypes;
  for (const SpaceView& view : views) {
    if (!view.status) continue;
    const auto document = boost::json::parse(write_status(*view.status));
    for (auto machinetype : document.at("machinetypes").as_array()) {
      machinetype.as_object()["space"] = view.name.text();
      machinetypes.push_back(std::move(machinetype));
    }
  }
  out << boost::json::serialize(boost::json::object{{"machinetypes", std::move(machinetypes)}}) << "\n";
}

int show_once(const MachinetypesOptions& options, std::ostream& out, std::ostream& errors) {
  const auto views = read_space_views(options.common);
  int exit_status = views.empty() ? 1 : 0;
  if (views.empty()) {
    errors << "vcycle: no space is known below " << options.common.places.state_directory
           << "; does vcycled run?\n";
  }
  for (const SpaceView& view : views) {
    if (view.status) continue;
    errors << fmt::format("vcycle: space {}: {}\n", view.name, view.problem);
    exit_status = 1;
  }
  if (options.common.format == Format::json) {
    print_json(views, out);
  } else {
    print_table(views, out);
  }
  return exit_status;
}

/// One picture: the table under a line that tells how old it is.
void show_watched(const MachinetypesOptions& options, bool on_terminal, Seconds since_start,
                  std::ostream& out) {
  const auto views = read_space_views(options.common);
  if (on_terminal) out << kClearScreen;
  out << fmt::format("[{}] ", format_duration(since_start));
  if (views.empty()) out << "waiting for the first cycle …";
  for (const SpaceView& view : views) {
    if (!view.status) {
      out << fmt::format("{}: waiting for the first cycle … ", view.name);
      continue;
    }
    const auto& status = *view.status;
    out << fmt::format(
        "{}: {} of {} processors in use; last cycle {}{}  ", view.name, status.processors_in_space,
        status.processors_limit ? fmt::format("{}", *status.processors_limit) : "any number of",
        describe_age(status, time_now()), status.error.empty() ? "" : ", failed: " + status.error);
  }
  out << "\n";
  print_table(views, out);
  out << "\n" << std::flush;
}

int watch(const MachinetypesOptions& options, std::ostream& out) {
  std::signal(SIGINT, [](int) { interrupted = true; });
  std::signal(SIGTERM, [](int) { interrupted = true; });
  const bool on_terminal = isatty(STDOUT_FILENO) != 0;
  const int every = on_terminal ? 1 : kSecondsBetweenPlainTables;
  const auto began = std::chrono::steady_clock::now();
  for (int second = 0; !interrupted; ++second) {
    if (options.watch_for && Seconds{second} > *options.watch_for) break;
    if (second % every == 0) show_watched(options, on_terminal, Seconds{second}, out);
    const auto next = began + Seconds{second + 1};
    while (!interrupted && std::chrono::steady_clock::now() < next) {
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
  }
  return 0;
}

}  // namespace

int run_machinetypes(const MachinetypesOptions& options, std::ostream& out, std::ostream& errors) {
  return options.watch ? watch(options, out) : show_once(options, out, errors);
}

}  // namespace vacuum
