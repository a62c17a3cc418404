#include "config/configuration.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "config/ini.hpp"
#include "config/option_reader.hpp"
#include "config/settings_section.hpp"
#include "config/space_section.hpp"

namespace vacuum {
namespace {

constexpr std::size_t kMaxFiles = 10'000;

void add_conf_files(const Sources& sources, const std::string& directory, std::vector<std::string>& files) {
  std::vector<std::string> names = sources.files.list(directory);
  std::ranges::sort(names);
  for (const auto& name : names) {
    if (name.ends_with(".conf") && files.size() < kMaxFiles) files.push_back(directory + "/" + name);
  }
}

/// Whether the file could be read and parsed.
bool read_file(const Sources& sources, const std::string& path, bool must_exist, IniDocument& document,
               std::vector<Diagnostic>& found) {
  const FileText file = sources.files.read(path);
  if (file.outcome == FileText::Outcome::missing && !must_exist) return true;
  if (file.outcome != FileText::Outcome::found) {
    found.push_back({Severity::error,
                     {path, 0},
                     "",
                     "",
                     "cannot be read: " + file.problem,
                     "let the daemon's user read it"});
    return false;
  }
  auto problems = document.add(path, file.content);
  const bool parsed = problems.empty();
  found.insert(found.end(), std::make_move_iterator(problems.begin()),
               std::make_move_iterator(problems.end()));
  return parsed;
}

/// Sorts sections to their spaces; tells of those that belong nowhere.
class SectionSorter {
 public:
  SectionSorter(const std::vector<IniSection>& sections, std::vector<Diagnostic>& found) : found_(found) {
    for (const auto& section : sections) add_space(section);
    for (const auto& section : sections) add_other(section);
  }

  [[nodiscard]] const std::vector<SpaceSections>& spaces() const { return spaces_; }
  /// [settings]; nullptr where there is none.
  [[nodiscard]] const IniSection* settings() const { return settings_; }

 private:
  void tell(Severity severity, const IniSection& section, std::string message, std::string remedy) {
    found_.push_back({severity, section.location, section.name, "", std::move(message), std::move(remedy)});
  }

  void add_space(const IniSection& section) {
    const auto words = split_words(section.name);
    if (words[0] != "space") return;
    if (words.size() != 2 || !is_space_name(words[1])) {
      tell(Severity::error, section, "is no valid name of a space",
           "write [space NAME], with a name of a-z, 0-9, dots and hyphens");
      return;
    }
    positions_.emplace(words[1], spaces_.size());
    spaces_.push_back({SpaceName(words[1]), &section, {}, {}});
  }

  void add_other(const IniSection& section) {
    const auto words = split_words(section.name);
    if (words[0] == "space") return;
    if (words.size() == 1 && words[0] == "settings") {
      settings_ = &section;
      return;
    }
    if (words[0] != "machinetype" && words[0] != "vacuum_pipe") {
      const std::vector<std::string> kinds = {"space", "machinetype", "vacuum_pipe", "settings"};
      const auto nearest = nearest_word(words[0], kinds);
      tell(Severity::error, section, "is an unknown kind of section",
           nearest ? fmt::format("did you mean [{}{}]?", *nearest, *nearest == "settings" ? "" : " …")
                   : "there are [settings], [space NAME], [machinetype SPACE NAME] and [vacuum_pipe SPACE "
                     "PREFIX]");
      return;
    }
    if (words.size() != 3) {
      tell(Severity::error, section, fmt::format("a {} section needs a space and a name", words[0]),
           fmt::format("write [{} SPACE NAME]", words[0]));
      return;
    }
    add_to_space(section, words);
  }

  void add_to_space(const IniSection& section, const std::vector<std::string>& words) {
    const auto position = positions_.find(words[1]);
    if (position != positions_.end()) {
      SpaceSections& space = spaces_[position->second];
      (words[0] == "vacuum_pipe" ? space.pipes : space.machinetypes).push_back(&section);
    } else {
      const auto nearest = words[1].size() < 3 ? std::nullopt : nearest_word(words[1], names());
      tell(Severity::warning, section,
           fmt::format("there is no [space {}]; the section is ignored", words[1]),
           nearest ? fmt::format("did you mean {}?", *nearest) : "add the space, or remove the section");
    }
  }

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& [name, position] : positions_) names.push_back(name);
    return names;
  }

  std::vector<Diagnostic>& found_;
  const IniSection* settings_ = nullptr;
  std::vector<SpaceSections> spaces_;
  std::map<std::string, std::size_t> positions_;
};

void review_defaults(const IniDocument& document, std::vector<Diagnostic>& found) {
  const std::vector<OptionScope> scopes = {OptionScope::settings, OptionScope::space, OptionScope::openstack,
                                           OptionScope::machinetype, OptionScope::vacuum_pipe};
  for (const auto& [word, value] : document.defaults().options) {
    const bool known = std::ranges::any_of(
        scopes, [&](OptionScope scope) { return recognise_option(scope, word) != nullptr; });
    if (!known) found.push_back(unknown_option("DEFAULT", word, value, scopes));
  }
}

/// What the daemon as a whole is told: the defaults where there is no [settings].
void take_settings(const IniSection* section, Configuration& configuration) {
  if (section == nullptr) return;
  std::vector<Diagnostic> found;
  OptionReader reader(*section, {OptionScope::settings}, found);
  configuration.daemon = read_settings(reader);
  configuration.daemon_usable = !has_error(found);
  configuration.diagnostics.insert(configuration.diagnostics.end(), found.begin(), found.end());
}

}  // namespace

std::vector<Diagnostic> Configuration::all_diagnostics() const {
  std::vector<Diagnostic> all = diagnostics;
  for (const auto& space : spaces) all.insert(all.end(), space.diagnostics.begin(), space.diagnostics.end());
  std::ranges::stable_sort(all, {}, &Diagnostic::location);
  return all;
}

std::vector<std::string> configuration_files(const Sources& sources) {
  std::vector<std::string> files;
  add_conf_files(sources, sources.state_directory + "/shared/vcycle.d", files);
  if (sources.config_file) {
    files.push_back(*sources.config_file);
    return files;
  }
  add_conf_files(sources, sources.etc_directory + "/vcycle.d", files);
  const std::string last = sources.etc_directory + "/vcycle.conf";
  if (sources.files.read(last).outcome != FileText::Outcome::missing) files.push_back(last);
  return files;
}

Configuration load_configuration(const Sources& sources) {
  Configuration configuration;
  const auto files = configuration_files(sources);
  configuration.parsed = !files.empty();
  if (files.empty()) {
    configuration.diagnostics.push_back(
        {Severity::error,
         {},
         "",
         "",
         "there is no configuration file",
         fmt::format("write {}/vcycle.conf, or give --config FILE", sources.etc_directory)});
  }
  IniDocument document;
  for (const auto& file : files) {
    // A file that vanished since it was listed was removed; one that was asked for by name must be there.
    const bool must_exist = sources.config_file == file;
    configuration.parsed &= read_file(sources, file, must_exist, document, configuration.diagnostics);
  }
  if (!configuration.parsed) return configuration;

  const auto sections = document.sections();
  const SectionSorter sorter(sections, configuration.diagnostics);
  review_defaults(document, configuration.diagnostics);
  take_settings(sorter.settings(), configuration);
  for (const auto& space : sorter.spaces()) configuration.spaces.push_back(read_space(space, sources));
  if (configuration.spaces.empty()) {
    configuration.diagnostics.push_back(
        {Severity::error, {}, "", "", "there is no [space NAME] section", "add one"});
  }
  return configuration;
}

}  // namespace vacuum
