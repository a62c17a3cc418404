#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "config/configuration.hpp"

namespace vacuum {

/// A disk in memory. FileAccess refers to it: it must outlive its users.
struct FileMap {
  std::map<std::string, std::string> files;
  std::vector<std::string> readable_by_others;
  std::vector<std::string> unreadable;

  [[nodiscard]] FileAccess access() const {
    return {[this](const std::string& directory) { return list(directory); },
            [this](const std::string& path) { return read(path); },
            [this](const std::string& path) {
              FileText file = read(path);
              file.content.clear();
              return file;
            }};
  }

  [[nodiscard]] Sources sources() const {
    Sources sources;
    sources.host_name = "vcycle.example.com";
    sources.files = access();
    return sources;
  }

 private:
  [[nodiscard]] std::vector<std::string> list(const std::string& directory) const {
    std::vector<std::string> names;
    for (auto entry = files.rbegin(); entry != files.rend(); ++entry) {  // in an order that must not matter
      const auto slash = entry->first.rfind('/');
      if (entry->first.substr(0, slash) == directory) names.push_back(entry->first.substr(slash + 1));
    }
    return names;
  }

  [[nodiscard]] FileText read(const std::string& path) const {
    const auto among = [&](const std::vector<std::string>& paths) {
      return std::find(paths.begin(), paths.end(), path) != paths.end();
    };
    if (among(unreadable)) return {FileText::Outcome::failed, "", "Permission denied", false};
    const auto found = files.find(path);
    if (found == files.end()) return {FileText::Outcome::missing, "", "No such file or directory", false};
    return {FileText::Outcome::found, found->second, "", among(readable_by_others)};
  }
};

/// One line for each finding.
inline std::string shown(const Configuration& configuration) {
  std::string text;
  for (const auto& diagnostic : configuration.all_diagnostics()) text += to_string(diagnostic) + "\n";
  return text;
}

}  // namespace vacuum
