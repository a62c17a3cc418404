#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "domain/names.hpp"

namespace vacuum {

/// A file in joboutputs that a VM must keep writing, or it is deleted (spec 3).
struct HeartbeatRule {
  std::string file;
  Seconds max_age{0};

  friend bool operator==(const HeartbeatRule&, const HeartbeatRule&) = default;
};

/// [machinetype SPACE NAME] (spec 2.2), checked and with defaults filled in. Options are documented in the
/// option table of the config room.
struct MachinetypeSettings {
  MachinetypeName name;
  double target_share = 0;
  Seconds backoff{0};
  Seconds fizzle{0};
  Seconds max_wallclock{86400};
  int min_processors = 1;
  std::optional<int> max_processors;
  std::optional<int> processors_limit;
  std::optional<int> max_starting_processors;  ///< already defaulted to processors_limit
  std::vector<FlavorName> flavors;             ///< its own, else the space's; in order of preference
  std::optional<double> hs06_per_processor;
  int mb_per_processor = 2048;
  int disk_gb_per_processor = 40;
  std::optional<HeartbeatRule> heartbeat;
  std::string https_x509dn;
  std::string accounting_fqan;
  std::string root_image;                                ///< "image:NAME"
  std::string root_public_key;                           ///< path of an ssh public key; empty for none
  std::string user_data;                                 ///< path of the template
  std::map<std::string, std::string> user_data_options;  ///< X of user_data_option_X → value
  std::map<std::string, std::string> user_data_files;    ///< X of user_data_file_X → path

  friend bool operator==(const MachinetypeSettings&, const MachinetypeSettings&) = default;
};

/// [space NAME] (spec 2.1) without what only its cloud's adapter reads, and its machinetypes.
struct SpaceSettings {
  SpaceName name;
  std::optional<int> processors_limit;  ///< nothing: the cloud's quota alone
  std::vector<ZoneName> zones;
  int volume_gb_per_processor = 0;
  std::string gocdb_sitename;  ///< already defaulted
  std::string https_host;      ///< already defaulted
  int https_port = 443;
  std::optional<TimePoint> shutdown_time;
  Seconds cleanup{72 * 3600};

  /// Part of the limit that one cycle may create, in percent, rounded up (spec 4: 10).
  int max_created_percent = 10;
  /// Part of the space's own machines that one cycle may delete for other reasons than age or shutdown.
  int mass_deletion_percent = 50;
  /// The switch that holds all deletions.
  bool no_delete = false;
  /// How long after a creation began the cloud may still come up with its VM.
  Seconds create_window{300};
  /// How long a VM may take to run (spec 3: 3600).
  Seconds max_starting{3600};

  std::vector<MachinetypeSettings> machinetypes;

  friend bool operator==(const SpaceSettings&, const SpaceSettings&) = default;
};

}  // namespace vacuum
