#include "adapters/system/host_health_reader.hpp"

#include <sys/statvfs.h>
#include <sys/utsname.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <utility>

#include "base/text.hpp"

namespace vacuum {
namespace {

constexpr std::size_t kFileBytesMax = 1 << 16;

std::string start_of(const std::string& path) {
  std::ifstream file(path);
  std::string text(kFileBytesMax, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return text;
}

DiskSpace space_of(const std::string& path) {
  struct statvfs status {};
  if (::statvfs(path.c_str(), &status) != 0) return {};
  return {.available_kb = static_cast<std::int64_t>(status.f_bavail * status.f_frsize / 1024),
          .available_inodes = static_cast<std::int64_t>(status.f_favail)};
}

/// "MemTotal:   16384 kB" → 16384.
std::map<std::string, std::int64_t> memory_values(const std::string& text) {
  std::map<std::string, std::int64_t> values;
  for (const std::string& line : split(text, '\n')) {
    const auto words = split_words(line);
    if (words.size() >= 2) values[words[0]] = parse_integer(words[1]).value_or(0);
  }
  return values;
}

void read_memory(const std::string& text, HostHealth& health) {
  auto values = memory_values(text);
  health.memory_total_kb = values["MemTotal:"];
  health.memory_used_kb = values["MemTotal:"] - values["MemFree:"];
  health.swap_free_kb = values["SwapFree:"];
  health.swap_used_kb = values["SwapTotal:"] - values["SwapFree:"];
}

TimePoint boot_time_in(const std::string& text) {
  for (const std::string& line : split(text, '\n')) {
    const auto words = split_words(line);
    if (words.size() == 2 && words[0] == "btime") return from_unix(parse_integer(words[1]).value_or(0));
  }
  return {};
}

double load_average_in(const std::string& text) {
  const auto words = split_words(text);
  return words.size() >= 3 ? parse_number(words[2]).value_or(0) : 0;
}

/// PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
std::string system_name_in(const std::string& text) {
  constexpr std::string_view kKey = "PRETTY_NAME=";
  for (const std::string& line : split(text, '\n')) {
    if (!line.starts_with(kKey)) continue;
    std::string name = line.substr(kKey.size());
    std::erase(name, '"');
    return name;
  }
  return {};
}

std::string kernel_version() {
  struct utsname names {};
  return ::uname(&names) == 0 ? names.release : "";
}

HostHealth read_health(const std::string& root, const std::string& state_directory) {
  HostHealth health{.root_disk = space_of("/tmp"), .state_disk = space_of(state_directory)};
  health.load_average = load_average_in(start_of(root + "/proc/loadavg"));
  health.kernel_version = kernel_version();
  health.os_issue = system_name_in(start_of(root + "/etc/os-release"));
  if (health.os_issue.empty()) health.os_issue = health.kernel_version;
  health.boot_time = boot_time_in(start_of(root + "/proc/stat"));
  read_memory(start_of(root + "/proc/meminfo"), health);
  return health;
}

}  // namespace

HostHealthReader::HostHealthReader(std::string state_directory, DiskWorker& worker, std::string root)
    : state_directory_(std::move(state_directory)), worker_(worker), root_(std::move(root)) {}

Async<HostHealth> HostHealthReader::look() {
  auto job = [root = root_, directory = state_directory_] { return read_health(root, directory); };
  auto health = co_await worker_.run(std::move(job));
  co_return health.value_or(HostHealth{});
}

}  // namespace vacuum
