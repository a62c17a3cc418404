#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/configuration.hpp"

namespace vacuum {

/// Where a program was told to look.
struct DiskPlaces {
  std::string state_directory = "/var/lib/vcycle";  ///< --state-dir
  std::optional<std::string> config_file;           ///< --config
  std::string etc_directory = "/etc";
};

/// The configuration of this host: its files, its OS_* variables, its name. Blocks while it reads; files that
/// are no plain files or larger than 4 MiB are not read.
class DiskConfiguration {
 public:
  explicit DiskConfiguration(DiskPlaces places) : places_(std::move(places)) {}

  /// Reads and checks everything anew.
  [[nodiscard]] Configuration load();

  /// Whether anything that the last load() looked at is different now: a file changed, came or went. True
  /// before the first load(). Only asks for attributes: cheap enough for every cycle.
  [[nodiscard]] bool changed() const;

 private:
  /// What tells one version of a file from another.
  struct Mark {
    bool exists = false;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    std::int64_t modified_ns = 0;
    std::int64_t attributes_changed_ns = 0;
    friend bool operator==(const Mark&, const Mark&) = default;
  };

  static Mark mark_of(const std::string& path);
  static std::vector<std::string> names_in(const std::string& directory);
  static FileText read_plain_file(const std::string& path);
  static FileText look_at_plain_file(const std::string& path);

  DiskPlaces places_;
  std::optional<std::map<std::string, Mark>> files_;  ///< that the last load() asked for
  std::map<std::string, std::vector<std::string>> directories_;
};

}  // namespace vacuum
