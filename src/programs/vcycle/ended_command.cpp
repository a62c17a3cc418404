#include "programs/vcycle/ended_command.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "programs/vcycle/machine_page.hpp"
#include "programs/vcycle/state_view.hpp"
#include "programs/vcycle/text_table.hpp"
#include "reports/json_time.hpp"

namespace vacuum {
namespace {

struct Ended {
  SpaceName space;
  MachineFolder folder;

  /// When it stopped, as well as it is known.
  [[nodiscard]] TimePoint when() const {
    return folder.record.stopped.value_or(folder.record.deleted.value_or(folder.archived));
  }
};

bool is_ended(const MachineFolder& folder) {
  return folder.place == MachineFolder::Place::deleted || folder.record.stopped;
}

/// Adds those of one space; false, and words, where not all could be read.
bool collect(const std::string& state_directory, const SpaceName& space, std::vector<Ended>& ended,
             std::ostream& errors) {
  const MachineFolders folders(state_directory, space);
  bool complete = true;
  for (const auto place : {MachineFolder::Place::deleted, MachineFolder::Place::current}) {
    const auto names = folders.names(place);
    if (!names) {
      errors << fmt::format("vcycle: space {}: {}\n", space, names.error().message);
      complete = false;
      continue;
    }
    for (const std::string& name : *names) {
      auto folder = folders.read(place, name);
      if (!folder) {
        errors << fmt::format("vcycle: space {}: {}\n", space, folder.error().message);
        complete = false;
      } else if (*folder && is_ended(**folder)) {
        ended.push_back({space, std::move(**folder)});
      }
    }
  }
  return complete;
}

boost::json::object json_of(const Ended& one) {
  const MachineFolder& folder = one.folder;
  const MachineRecord& record = folder.record;
  boost::json::object json{{"space", one.space.text()},
                           {"name", record.name.text()},
                           {"machinetype", record.machinetype.text()},
                           {"created", time_or_null(record.created)},
                           {"started", time_or_null(record.started)},
                           {"stopped", time_or_null(record.stopped)},
                           {"deleted", time_or_null(record.deleted)},
                           {"accounted", time_or_null(record.accounted)},
                           {"verdict", nullptr},
                           {"judgement", folder.judgement},
                           {"shutdown_message", nullptr},
                           {"delete_reason", folder.deletion},
                           {"deleted_by", folder.deleted_by},
                           {"ran_seconds", nullptr}};
  if (folder.verdict) json["verdict"] = to_string(*folder.verdict);
  if (folder.message) json["shutdown_message"] = *folder.message;
  if (const auto ran = ran_for(record, one.when())) json["ran_seconds"] = ran->count();
  boost::json::array outputs;
  for (const OutputFile& output : folder.outputs) {
    outputs.push_back({{"name", output.name}, {"bytes", output.bytes}, {"written", to_unix(output.written)}});
  }
  json["joboutputs"] = std::move(outputs);
  return json;
}

std::vector<std::string> row_of(const Ended& one, TimePoint now) {
  const MachineFolder& folder = one.folder;
  const auto ran = ran_for(folder.record, one.when());
  return {one.space.text(),
          folder.record.name.text(),
          format_duration(std::max(now - one.when(), Seconds{0})) + " ago",
          ran ? format_duration(*ran) : "",
          folder.verdict ? std::string(to_string(*folder.verdict)) : "",
          folder.deletion,
          folder.message.value_or(folder.judgement)};
}

}  // namespace

int run_ended(const CommandOptions& options, std::ostream& out, std::ostream& errors) {
  std::vector<Ended> ended;
  bool complete = true;
  for (const SpaceView& view : read_space_views(options)) {
    complete = collect(options.places.state_directory, view.name, ended, errors) && complete;
  }
  std::ranges::stable_sort(ended, std::ranges::greater(), &Ended::when);
  if (options.format == Format::json) {
    boost::json::array machines;
    for (const Ended& one : ended) machines.push_back(json_of(one));
    out << boost::json::serialize(boost::json::object{{"machines", std::move(machines)}}) << "\n";
    return complete ? 0 : 1;
  }
  std::vector<std::vector<std::string>> rows;
  for (const Ended& one : ended) rows.push_back(row_of(one, time_now()));
  out << text_table({{"SPACE"},
                     {"MACHINE"},
                     {"ENDED"},
                     {"RAN FOR", Align::right},
                     {"VERDICT"},
                     {"DELETED FOR"},
                     {"ITS MESSAGE, OR THE JUDGEMENT"}},
                    rows);
  return complete ? 0 : 1;
}

}  // namespace vacuum
