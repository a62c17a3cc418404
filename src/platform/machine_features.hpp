#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace vacuum {

/// What is known of a VM for Machine/Job Features (HSF-TN-2016-02).
struct MachineFeatures {
  int processors = 1;
  std::optional<double> hs06;  ///< of the whole machine
  std::optional<std::int64_t> max_rss_bytes;
  Seconds max_wallclock{0};
  TimePoint created{};
  std::string job_id;  ///< the cloud's id of the VM; empty while not known
  std::optional<TimePoint> shutdown_time;
  Seconds grace{0};  ///< an end that is announced later lies at least so far ahead
};

/// One key: "machinefeatures/total_cpu" and its value with a newline.
struct FeatureFile {
  std::string path;
  std::string content;

  friend bool operator==(const FeatureFile&, const FeatureFile&) = default;
};

/// All keys whose value is known, with the old names that VMs still ask for (spec 5). grace_secs is 0
/// where a shutdown time may be announced at any moment, for any moment.
[[nodiscard]] std::vector<FeatureFile> feature_files(const MachineFeatures& features);

/// The keys that tell the cloud's id, once it is known (spec 9: job_id, not jobstart_secs).
[[nodiscard]] std::vector<FeatureFile> identity_feature_files(const std::string& job_id);

/// The keys that tell an end of the machine.
[[nodiscard]] std::vector<FeatureFile> shutdown_time_files(TimePoint shutdown_time);

/// "10.5", "100": a HEPSPEC06 value without needless digits.
[[nodiscard]] std::string format_hs06(double hs06);

}  // namespace vacuum
