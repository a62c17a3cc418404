#include "sim/play/simulation_file.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "config/ini.hpp"
#include "sim/play/simulation_sections.hpp"

namespace vacuum::sim {
namespace {

constexpr std::string_view kScenarioDirectory = "/simulated";

bool is_of_configuration(std::string_view header) {
  const auto words = split_words(header);
  if (words.empty()) return true;
  const std::string kind = to_lower(words[0]);
  return kind == "space" || kind == "machinetype" || kind == "vacuum_pipe" || kind == "settings" ||
         kind == "default";
}

/// The disk as a simulation sees it: the scenario's text is there, and so is whatever a configuration names.
FileAccess simulated_access(const SimulationSources& sources, const std::string& text) {
  FileAccess access;
  const FileAccess& disk = sources.files;
  const auto is_there = [&disk, state = sources.state_directory](const std::string& path) {
    FileText file = disk.read ? disk.read(path) : FileText{};
    const bool may_be_missing = path.ends_with(".conf") || path.ends_with(".yaml") ||
                                path.starts_with(state) || path.starts_with(kScenarioDirectory);
    if (file.outcome != FileText::Outcome::found && !may_be_missing)
      return FileText{FileText::Outcome::found, "simulated\n", "", false};
    return file;
  };
  access.list = [&disk](const std::string& directory) {
    return disk.list && !directory.starts_with(kScenarioDirectory) ? disk.list(directory)
                                                                   : std::vector<std::string>();
  };
  const bool in_scenario = !sources.config_file;
  const std::string name = in_scenario && sources.simulation ? sources.simulation->name : "";
  access.read = [is_there, in_scenario, name, text](const std::string& path) {
    if (in_scenario && path == name) return FileText{FileText::Outcome::found, text, "", false};
    return is_there(path);
  };
  access.look = [is_there](const std::string& path) {
    FileText file = is_there(path);
    file.content.clear();
    if (file.outcome == FileText::Outcome::missing) file.outcome = FileText::Outcome::found;
    return file;
  };
  return access;
}

Configuration read_configuration(const SimulationSources& sources) {
  Sources from;
  const std::string text = sources.simulation ? configuration_part(sources.simulation->text) : "";
  from.files = simulated_access(sources, text);
  from.host_name = sources.host_name;
  from.state_directory = sources.config_file ? sources.state_directory : std::string(kScenarioDirectory);
  from.config_file = sources.config_file ? *sources.config_file : sources.simulation->name;
  from.environment = {{"OS_AUTH_URL", "https://simulated.example.com:5000/v3"},
                      {"OS_USERNAME", "simulated"},
                      {"OS_PASSWORD", "simulated"},
                      {"OS_PROJECT_NAME", "simulated"}};
  return load_configuration(from);
}

/// Nothing that a machine is made from is simulated, and nobody is told of it.
void leave_out_what_is_not_simulated(SpaceConfiguration& space) {
  space.settings.vacmons.clear();
  for (MachinetypeSettings& type : space.settings.machinetypes) {
    type.root_image = {ImageSource::Kind::in_cloud, "simulated"};
    type.image_signing_dn.clear();
    type.root_public_key.clear();
    type.user_data = {TemplateSource::Kind::file, "/simulated"};
    type.user_data_options.clear();
    type.user_data_files.clear();
    type.user_data_proxy = ProxyKind::none;
    type.cvmfs_proxy.reset();
  }
}

void take_spaces(Configuration configuration, SimulationReading& reading) {
  reading.diagnostics = configuration.all_diagnostics();
  for (SpaceConfiguration& space : configuration.spaces) {
    if (!space.usable) continue;
    leave_out_what_is_not_simulated(space);
    SimulatedSpace simulated;
    simulated.configuration = std::move(space);
    simulated.cloud.schedule_seconds = {1, 5};
    simulated.cloud.build_seconds = {20, 60};
    simulated.cloud.delete_seconds = {5, 20};
    reading.simulation.world.spaces.push_back(std::move(simulated));
  }
}

void take_sections(const NamedText& text, bool has_own_configuration, SimulationReading& reading) {
  IniDocument document;
  auto problems = document.add(text.name, text.text);
  reading.diagnostics.insert(reading.diagnostics.end(), problems.begin(), problems.end());
  const auto sections = document.sections();
  for (const IniSection& section : sections) {
    if (!is_of_configuration(section.name)) {
      read_simulation_section(section, reading.simulation, reading.diagnostics);
    } else if (has_own_configuration) {
      reading.diagnostics.push_back({Severity::error, section.location, section.name, "",
                                     "belongs in the configuration that --config names", "move it there"});
    }
  }
}

}  // namespace

std::string configuration_part(std::string_view text) {
  std::string part;
  bool wanted = true;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (line.starts_with('[')) {
      const auto close = line.find(']');
      wanted = is_of_configuration(line.substr(1, close == std::string_view::npos ? close : close - 1));
    }
    if (wanted) part += line;
    part += '\n';
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return part;
}

SimulationReading read_simulation(const SimulationSources& sources) {
  SimulationReading reading;
  if (!sources.simulation && !sources.config_file) {
    reading.diagnostics.push_back({Severity::error,
                                   {},
                                   "",
                                   "",
                                   "there is nothing to simulate",
                                   "name a scenario, or give --config FILE"});
    return reading;
  }
  take_spaces(read_configuration(sources), reading);
  if (sources.simulation) take_sections(*sources.simulation, sources.config_file.has_value(), reading);
  complete_simulation(reading.simulation, reading.diagnostics);
  std::ranges::stable_sort(reading.diagnostics, {}, &Diagnostic::location);
  return reading;
}

}  // namespace vacuum::sim
