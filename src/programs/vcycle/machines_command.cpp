#include "programs/vcycle/machines_command.hpp"

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include "adapters/shared_directory/shared_directory_store.hpp"
#include "programs/common/run_to_end.hpp"
#include "programs/vcycle/state_view.hpp"
#include "programs/vcycle/text_table.hpp"
#include "reports/json_time.hpp"

namespace vacuum {
namespace {

/// What the record alone tells of where a machine is in its life.
std::string_view recorded_state(const MachineRecord& record) {
  if (record.deleted) return to_string(MachineState::deleting);
  if (record.stopped) return to_string(MachineState::shutdown);
  if (record.started) return to_string(MachineState::running);
  return to_string(MachineState::starting);
}

boost::json::object json_of(const SpaceName& space, const MachineRecord& record) {
  return {{"space", space.text()},
          {"name", record.name.text()},
          {"machinetype", record.machinetype.text()},
          {"state", recorded_state(record)},
          {"server_id", record.server_id.text()},
          {"flavor", record.flavor.text()},
          {"zone", record.zone.text()},
          {"processors", record.processors},
          {"manager", record.manager.text()},
          {"created", time_or_null(record.created)},
          {"started", time_or_null(record.started)},
          {"stopped", time_or_null(record.stopped)},
          {"deleted", time_or_null(record.deleted)},
          {"shutdown_time", time_or_null(record.shutdown_time)}};
}

std::string age(const std::optional<TimePoint>& since, TimePoint now) {
  return since ? format_duration(std::max(now - *since, Seconds{0})) : "";
}

std::vector<std::string> row_of(const SpaceName& space, const MachineRecord& record, TimePoint now) {
  return {space.text(),
          record.name.text(),
          std::string(recorded_state(record)),
          fmt::format("{}", record.processors),
          age(record.created, now),
          age(record.started, now),
          record.flavor.text(),
          record.zone.text(),
          record.server_id.text()};
}

}  // namespace

int run_machines(const CommandOptions& options, std::ostream& out, std::ostream& errors) {
  boost::asio::io_context loop;
  DiskWorker worker;
  SharedDirectoryStore store(options.places.state_directory, SharedDirectoryStore::Access::read_only, worker);
  boost::json::array machines;
  std::vector<std::vector<std::string>> rows;
  int exit_status = 0;
  for (const SpaceView& view : read_space_views(options)) {
    const auto records = run_to_end(loop, store.load(view.name, Freshness::remembered));
    if (!records) {
      errors << fmt::format("vcycle: space {}: {}\n", view.name, records.error().message);
      exit_status = 1;
      continue;
    }
    for (const MachineRecord& record : *records) {
      if (options.format == Format::json) {
        machines.push_back(json_of(view.name, record));
      } else {
        rows.push_back(row_of(view.name, record, time_now()));
      }
    }
  }
  if (options.format == Format::json) {
    out << boost::json::serialize(boost::json::object{{"machines", std::move(machines)}}) << "\n";
    return exit_status;
  }
  out << text_table({{"SPACE"},
                     {"MACHINE"},
                     {"STATE"},
                     {"PROCESSORS", Align::right},
                     {"AGE"},
                     {"RUNNING FOR"},
                     {"FLAVOR"},
                     {"ZONE"},
                     {"CLOUD ID"}},
                    rows);
  return exit_status;
}

}  // namespace vacuum
