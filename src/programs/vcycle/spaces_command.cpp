#include "programs/vcycle/spaces_command.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include "programs/vcycle/state_view.hpp"
#include "programs/vcycle/text_table.hpp"

namespace vacuum {
namespace {

std::string limit_text(const std::optional<int>& limit) {
  return limit ? fmt::format("{}", *limit) : "none";
}

int machine_count(const StatusDocument& status) {
  int count = 0;
  for (const auto& machinetype : status.machinetypes) {
    for (const int machines : machinetype.plan.machines_by_state) count += machines;
  }
  return count + status.orphans;
}

std::vector<std::string> row_of(const StatusDocument& status, TimePoint now) {
  return {status.space,
          fmt::format("{}", machine_count(status)),
          fmt::format("{}", status.processors_in_space),
          limit_text(status.processors_limit),
          fmt::format("{}", status.foreign_processors),
          describe_age(status, now),
          status.error.empty() ? "done" : "failed: " + status.error};
}

void print_remarks(const StatusDocument& status, std::ostream& out) {
  const auto print = [&](std::string_view kind, const std::string& text) {
    out << fmt::format("{}: {}: {}\n", status.space, kind, text);
  };
  if (status.orphans > 0) {
    print("orphans",
          fmt::format("{} machines of no configured machinetype are being drained", status.orphans));
  }
  if (status.held_deletions > 0) {
    print("held", status.held_because);
  }
  if (status.ramp) {
    print("ramp", fmt::format("one cycle may create {} of the limit since {}; {}", step_text(*status.ramp),
                              format_iso8601(status.ramp->since), status.ramp->why));
  }
  for (const auto& fault : status.faults) {
    print("fault",
          fmt::format("{}: {} (since {})", fault.source, fault.sentence, format_iso8601(fault.since)));
  }
  for (const auto& [key, order] : status.orders) {
    print("order", fmt::format("{}{}{} {}", to_string(key.kind), key.subject.empty() ? "" : " ", key.subject,
                               describe(order)));
  }
  for (const auto& note : status.notes) print("note", note);
  for (const auto& problem : status.problems) print("configuration", problem);
}

}  // namespace

int run_spaces(const CommandOptions& options, std::ostream& out, std::ostream& errors) {
  const auto views = read_space_views(options);
  const TimePoint now = time_now();
  boost::json::array documents;
  std::vector<std::vector<std::string>> rows;
  int exit_status = views.empty() ? 1 : 0;
  if (views.empty())
    errors << "vcycle: no space is known below " << options.places.state_directory << "; does vcycled run?\n";
  for (const SpaceView& view : views) {
    if (!view.status) {
      errors << fmt::format("vcycle: space {}: {}\n", view.name, view.problem);
      exit_status = 1;
      continue;
    }
    documents.push_back(boost::json::parse(write_status(*view.status)));
    rows.push_back(row_of(*view.status, now));
  }
  if (options.format == Format::json) {
    out << boost::json::serialize(boost::json::object{{"spaces", std::move(documents)}}) << "\n";
    return exit_status;
  }
  if (rows.empty()) return exit_status;
  out << text_table({{"SPACE"},
                     {"MACHINES", Align::right},
                     {"PROCESSORS", Align::right},
                     {"LIMIT", Align::right},
                     {"OTHERS", Align::right},
                     {"LAST CYCLE"},
                     {"RESULT"}},
                    rows);
  for (const SpaceView& view : views) {
    if (view.status) print_remarks(*view.status, out);
  }
  return exit_status;
}

}  // namespace vacuum
