#include "programs/vacsim/load_simulation.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sim/play/builtin_simulations.hpp"

namespace vacuum::vacsim {
namespace {

constexpr std::size_t kMaxFileBytes = 4u << 20;

FileText read_disk(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error))
    return {FileText::Outcome::missing, "", "No such file or directory", false};
  if (!std::filesystem::is_regular_file(path, error))
    return {FileText::Outcome::failed, "", "it is no plain file", false};
  std::ifstream file(path, std::ios::binary);
  if (!file) return {FileText::Outcome::failed, "", std::strerror(errno), false};
  std::string text(kMaxFileBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxFileBytes) return {FileText::Outcome::failed, "", "it is larger than 4 MiB", false};
  return {FileText::Outcome::found, std::move(text), "", false};
}

std::vector<std::string> list_disk(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error))
    names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

Result<sim::NamedText, std::string> read_text(const std::string& path, std::string_view what) {
  FileText file = read_disk(path);
  if (file.outcome != FileText::Outcome::found) {
    std::vector<std::string> names;
    for (const auto& known : sim::builtin_simulations()) names.emplace_back(known.name);
    const auto nearest = nearest_word(path, names);
    return Failure{fmt::format(
        "{}: the {} cannot be read: {}{}", path, what, file.problem,
        nearest ? fmt::format("; did you mean {}?", *nearest) : "; 'vacsim list' tells the built-in ones")};
  }
  return sim::NamedText{path, std::move(file.content)};
}

}  // namespace

Result<sim::Simulation, std::string> load_simulation(const SimulationPlace& place) {
  sim::SimulationSources sources;
  sources.state_directory = place.state_directory;
  sources.files = {list_disk, read_disk, read_disk};
  if (!place.config_file.empty()) sources.config_file = place.config_file;
  if (const auto text = sim::find_builtin_simulation(place.scenario); !text.empty()) {
    sources.simulation = sim::NamedText{place.scenario, text};
  } else if (!place.scenario.empty() || !place.queues_file.empty()) {
    const bool is_scenario = !place.scenario.empty();
    auto read = read_text(is_scenario ? place.scenario : place.queues_file,
                          is_scenario ? "scenario" : "file of queues");
    if (!read) return Failure{std::move(read.error())};
    sources.simulation = std::move(*read);
  }
  auto reading = sim::read_simulation(sources);
  std::string errors;
  for (const Diagnostic& diagnostic : reading.diagnostics) {
    if (diagnostic.severity == Severity::error)
      errors += (errors.empty() ? "" : "\n") + to_string(diagnostic);
    else
      fmt::print(stderr, "{}\n", to_string(diagnostic));
  }
  if (!errors.empty()) return Failure{errors};
  if (reading.simulation.title.empty())
    reading.simulation.title = place.scenario.empty() ? place.config_file : place.scenario;
  return std::move(reading.simulation);
}

}  // namespace vacuum::vacsim
