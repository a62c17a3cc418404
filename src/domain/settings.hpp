#pragma once

#include <compare>
#include <cstdint>
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

/// Where the image that a machinetype boots from comes from (spec 2.2, root_image).
struct ImageSource {
  enum class Kind : std::uint8_t {
    in_cloud,  ///< an image of the cloud's own, by name: "image:NAME"
    url,       ///< http or https
    file,      ///< absolute path on this host
  } kind = Kind::in_cloud;
  std::string location;  ///< the name, URL or path; empty for none

  friend bool operator==(const ImageSource&, const ImageSource&) = default;
};

/// As the configuration writes it: "image:NAME", the URL or the path.
[[nodiscard]] std::string to_string(const ImageSource& image);

/// Where a template of user_data comes from (spec 2.2, user_data).
struct TemplateSource {
  enum class Kind : std::uint8_t { file, url } kind = Kind::file;
  std::string location;  ///< absolute path or URL

  friend bool operator==(const TemplateSource&, const TemplateSource&) = default;
};

/// The X.509 proxy that each VM of a machinetype gets (spec 2.2, 6).
enum class ProxyKind : std::uint8_t {
  none,
  rfc3820,
  legacy,  ///< as Globus made them before RFC 3820
};

/// cvmfs_proxy_machinetype (spec 6): the machinetype whose live machines are HTTP proxies.
struct CvmfsProxySource {
  MachinetypeName machinetype;
  int port = 280;

  friend bool operator==(const CvmfsProxySource&, const CvmfsProxySource&) = default;
};

/// A place on the network: a host name or a numeric address.
struct HostPort {
  std::string host;
  int port = 0;

  friend auto operator<=>(const HostPort&, const HostPort&) = default;
  friend bool operator==(const HostPort&, const HostPort&) = default;
};

/// [machinetype SPACE NAME] (spec 2.2), checked and with defaults filled in. Options are documented in the
/// option table of the config room.
struct MachinetypeSettings {
  MachinetypeName name;
  double target_share = 0;
  Seconds backoff{0};
  Seconds fizzle{0};
  Seconds max_wallclock{86400};
  /// Its machines may be told to end for others' shares, so long before (spec 10); nothing: they may not.
  std::optional<Seconds> preemptible_grace;
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
  ImageSource root_image;
  std::string image_signing_dn;  ///< regex on the DN that signed the image (spec 6); empty: none is asked for
  std::string root_public_key;   ///< path of an ssh public key; empty for none
  TemplateSource user_data;
  std::map<std::string, std::string> user_data_options;  ///< X of user_data_option_X → value
  std::map<std::string, std::string> user_data_files;    ///< X of user_data_file_X → path
  ProxyKind user_data_proxy = ProxyKind::none;
  std::string proxy_certificate_file;  ///< path of x509cert.pem, where user_data_proxy is not none
  std::string proxy_key_file;          ///< path of x509key.pem
  std::optional<CvmfsProxySource> cvmfs_proxy;

  friend bool operator==(const MachinetypeSettings&, const MachinetypeSettings&) = default;
};

/// How the part of a space that one cycle may create comes about.
enum class RampKind : std::uint8_t {
  fixed,     ///< max_created_percent, always
  adaptive,  ///< begins there, and follows what becomes of new machines
};

/// [space NAME] (spec 2.1) without what only its cloud's adapter reads, and its machinetypes.
struct SpaceSettings {
  SpaceName name;
  std::optional<int> processors_limit;  ///< nothing: the cloud's quota alone
  std::vector<ZoneName> zones;
  int volume_gb_per_processor = 0;
  std::string gocdb_sitename;     ///< already defaulted
  bool sends_accounting = false;  ///< gocdb_sitename was given: accounting records are sent, not only kept
  std::string https_host;         ///< already defaulted
  int https_port = 443;
  std::optional<TimePoint> shutdown_time;
  Seconds cleanup{72 * 3600};

  /// Part of the limit that one cycle may create, in percent, rounded up (spec 4: 10).
  int max_created_percent = 10;
  RampKind ramp = RampKind::fixed;
  /// Part of the space's own machines that one cycle may delete for other reasons than age or shutdown.
  int mass_deletion_percent = 50;
  /// The switch that holds all deletions.
  bool no_delete = false;
  /// How long after a creation began the cloud may still come up with its VM.
  Seconds create_window{300};
  /// How long the cloud may be asked for changes alone after all of its VMs were listed.
  Seconds complete_listing_interval{300};
  /// How long a VM may take to run (spec 3: 3600).
  Seconds max_starting{3600};

  std::vector<HostPort> vacmons;  ///< where VacQuery messages go

  std::vector<MachinetypeSettings> machinetypes;

  friend bool operator==(const SpaceSettings&, const SpaceSettings&) = default;
};

/// [settings]: what the daemon as a whole is told. An option of ours: Vcycle 3.0 had no such section.
struct DaemonSettings {
  std::vector<HostPort> https_listen;  ///< where VMs are served over TLS; empty: nowhere
  std::vector<HostPort> http_listen;   ///< the same in clear text, for reading alone; empty: nowhere
  std::vector<HostPort> status_listen{{"127.0.0.1", 9780}};      ///< status, metrics; empty: nowhere
  std::string https_certificate;                                 ///< path of a PEM certificate with its chain
  std::string https_key;                                         ///< path of its PEM key
  std::string ca_directory = "/etc/grid-security/certificates";  ///< trust anchors of clients and images

  std::string manager_name;    ///< empty: the name of the host
  Seconds lease{15};           ///< within it the machines of a manager that died have others
  std::string apel_directory;  ///< of accounting records; empty: the state directory

  std::int64_t imagecache_mb = 20'000;
  std::int64_t joboutputs_file_kb = 10'240;  ///< of one file that a VM may leave
  std::int64_t joboutputs_machine_mb = 50;   ///< of all files of a VM
  int joboutputs_files = 100;                ///< of one VM
  int joboutputs_per_minute = 120;           ///< PUTs of one VM
  std::int64_t events_mb = 100;              ///< of one file of events before the next is begun
  int events_files = 10;                     ///< that are kept

  friend bool operator==(const DaemonSettings&, const DaemonSettings&) = default;
};

}  // namespace vacuum
