#include "programs/vcycle/state_view.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>

namespace vacuum {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStatusSuffix = ".json";
constexpr std::uintmax_t kStatusBytesMax = 64u << 20;

fs::path status_path(const DiskPlaces& places, const SpaceName& space) {
  return fs::path(places.state_directory) / "status" / (space.text() + std::string(kStatusSuffix));
}

std::set<SpaceName> known_spaces(const DiskPlaces& places) {
  std::set<SpaceName> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(fs::path(places.state_directory) / "status", error)) {
    const std::string name = entry.path().stem().string();
    if (entry.path().extension() == kStatusSuffix && is_space_name(name)) names.insert(SpaceName{name});
  }
  for (const auto& entry :
       fs::directory_iterator(fs::path(places.state_directory) / "shared/spaces", error)) {
    const std::string name = entry.path().filename().string();
    if (is_space_name(name)) names.insert(SpaceName{name});
  }
  return names;
}

SpaceView read_view(const DiskPlaces& places, const SpaceName& space) {
  SpaceView view{.name = space, .status = std::nullopt, .problem = {}};
  const fs::path path = status_path(places, space);
  std::error_code error;
  if (const auto size = fs::file_size(path, error); error || size > kStatusBytesMax) {
    view.problem =
        fmt::format("{}: {}", path.string(), error ? error.message() : "larger than a status can be");
    return view;
  }
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  auto status = read_status(text.str());
  if (status) {
    view.status = std::move(*status);
  } else {
    view.problem = fmt::format("{}: {}", path.string(), status.error());
  }
  return view;
}

}  // namespace

std::vector<SpaceView> read_space_views(const CommandOptions& options) {
  std::vector<SpaceView> views;
  if (options.space) {
    views.push_back(read_view(options.places, *options.space));
    return views;
  }
  for (const SpaceName& space : known_spaces(options.places))
    views.push_back(read_view(options.places, space));
  return views;
}

std::string describe_age(const StatusDocument& status, TimePoint now) {
  const Seconds age = now - status.cycle_began;
  const Milliseconds due = status.next_cycle_after + status.cycle_took + Milliseconds{30000};
  const bool overdue = status.next_cycle_after > Milliseconds{0} && age > due;
  return fmt::format("{} ago{}", format_duration(std::max(age, Seconds{0})),
                     overdue ? ": overdue, is vcycled running?" : "");
}

TimePoint time_now() {
  return std::chrono::floor<Seconds>(std::chrono::system_clock::now());
}

}  // namespace vacuum
