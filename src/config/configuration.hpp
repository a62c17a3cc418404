#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/diagnostic.hpp"
#include "config/file_access.hpp"
#include "config/openstack_options.hpp"
#include "config/pipe_copy.hpp"
#include "domain/settings.hpp"

namespace vacuum {

/// A vacuum pipe that a space takes machinetypes from (spec 2.3).
struct FollowedPipe {
  std::string prefix;
  std::string url;
  Seconds cache{3600};           ///< how long a copy is good
  std::optional<PipeCopy> copy;  ///< the one in use; nothing: there is none yet that is a pipe
};

/// One [space …] with its machinetypes.
struct SpaceConfiguration {
  SpaceSettings settings;                ///< complete where usable; the name is always there
  std::variant<OpenstackOptions> cloud;  ///< by api
  std::vector<FollowedPipe> pipes;
  std::vector<Diagnostic> diagnostics;  ///< of the space and of its machinetypes
  bool usable = false;  ///< no error among the diagnostics, but in pipes: it may be acted upon
};

/// What the files say, checked.
struct Configuration {
  /// Every file could be read and parsed. If not, `spaces` is empty and the last good configuration should
  /// stay, without new machines (spec 9).
  bool parsed = false;
  DaemonSettings daemon;                   ///< [settings]
  bool daemon_usable = true;               ///< no error in [settings]: a running daemon may take it up
  std::vector<SpaceConfiguration> spaces;  ///< in the order of their first mention
  std::vector<Diagnostic> diagnostics;     ///< that belong to no space

  /// All findings, those of spaces too, by place.
  [[nodiscard]] std::vector<Diagnostic> all_diagnostics() const;
};

/// Where the configuration is looked for. Everything that the outside world contributes is in here.
struct Sources {
  std::string state_directory = "/var/lib/vcycle";
  std::string etc_directory = "/etc";
  std::optional<std::string> config_file;  ///< --config: read instead of all that lies in etc_directory
  std::string host_name;                   ///< default of https_host
  std::string home_directory;              ///< for ~/.config/openstack; empty: not looked at
  std::string working_directory = ".";     ///< for ./clouds.yaml
  std::map<std::string, std::string> environment;  ///< OS_*; others are not looked at
  FileAccess files;
};

/// Paths of the configuration files that are there, in reading order (spec 2): STATE/shared/vcycle.d/*.conf,
/// then ETC/vcycle.d/*.conf and ETC/vcycle.conf, or `config_file` in place of these two.
[[nodiscard]] std::vector<std::string> configuration_files(const Sources& sources);

/// Reads and checks everything. Total: any input gives a configuration with diagnostics.
[[nodiscard]] Configuration load_configuration(const Sources& sources);

}  // namespace vacuum
