/// Some cycles of one space with the real store and the real accounting directories, in a process that is
/// ended as by kill -9 at one of its changes of the disk.
///
///     accounting_driver STATE_DIR CLOUD_DIR NOW CYCLES STEP before|after
///
/// NOW is the time of day of the first cycle; the next are 400 s apart. STEP 0: it is not killed.

#include <charconv>
#include <cstring>
#include <iostream>

#include <boost/asio/io_context.hpp>

#include "accounting/directory_cloud.hpp"
#include "adapters/apel/apel_sink.hpp"
#include "adapters/apel/testing/crash_points.hpp"
#include "adapters/shared_directory/heartbeat_list_files.hpp"
#include "adapters/shared_directory/shared_directory_store.hpp"
#include "control/space_loop.hpp"
#include "control/testing/fake_ports.hpp"
#include "ports/testing/run.hpp"

namespace {

using namespace vacuum;

SpaceAssignment assignment(const char* cloud_directory) {
  SpaceAssignment made;
  SpaceSettings& settings = made.settings;
  settings.name = SpaceName{"test.example.com"};
  settings.gocdb_sitename = "EXAMPLE";
  settings.sends_accounting = true;
  settings.mass_deletion_percent = 100;
  settings.machinetypes.resize(1);
  settings.machinetypes[0].name = MachinetypeName{"prod"};
  settings.machinetypes[0].fizzle = Seconds{300};
  settings.machinetypes[0].accounting_fqan = "/vo/Role=NULL/Capability=NULL";
  settings.machinetypes[0].hs06_per_processor = 10.5;
  made.cloud = std::make_shared<DirectoryCloud>(cloud_directory);
  return made;
}

std::int64_t number(const char* text) {
  std::int64_t value = 0;
  const char* end = text + std::strlen(text);
  if (std::from_chars(text, end, value).ptr != end) throw std::invalid_argument(text);
  return value;
}

int drive(char** arguments) {
  boost::asio::io_context loop;
  DiskWorker worker(1);
  FakePorts fakes;
  FakeClock clock(from_unix(number(arguments[3])));
  SharedDirectoryStore store(arguments[1], SharedDirectoryStore::Access::read_write, worker);
  ApelSink accounting(arguments[1], worker);
  const ControlPorts ports = fakes.ports_with(store, clock, accounting);
  SpaceLoop space(ports, {ManagerName{"manager.example.com"}, "Vacuum 1"}, assignment(arguments[2]), 1);
  const auto when =
      std::string_view(arguments[6]) == "after" ? apel::CrashWhen::after : apel::CrashWhen::before;
  if (const auto step = number(arguments[5]); step > 0) apel::die_at(static_cast<int>(step), when);
  for (auto cycles = number(arguments[4]); cycles > 0; --cycles) {
    if (run(loop, space.cycle(Milliseconds{60000})) == SpaceLoop::CycleResult::failed) {
      std::cerr << "a cycle failed\n";
      return 1;
    }
    clock.advance(Seconds{400});
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 7) {
    std::cerr << "usage: accounting_driver STATE_DIR CLOUD_DIR NOW CYCLES STEP before|after\n";
    return 2;
  }
  return drive(arguments);
}
