#include "platform/machine_features.hpp"

#include <iterator>

#include <fmt/format.h>

namespace vacuum {
namespace {

class Files {
 public:
  template <class Value>
  void add(std::string path, const Value& value) {
    files_.push_back({std::move(path), fmt::format("{}\n", value)});
  }
  void append(std::vector<FeatureFile> more) {
    files_.insert(files_.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  std::vector<FeatureFile> take() { return std::move(files_); }

 private:
  std::vector<FeatureFile> files_;
};

}  // namespace

std::string format_hs06(double hs06) {
  return fmt::format("{:.10g}", hs06);
}

std::vector<FeatureFile> identity_feature_files(const std::string& job_id) {
  if (job_id.empty()) return {};
  return {{"jobfeatures/job_id", job_id + "\n"}};
}

std::vector<FeatureFile> shutdown_time_files(TimePoint shutdown_time) {
  const std::string content = fmt::format("{}\n", to_unix(shutdown_time));
  return {{"machinefeatures/shutdowntime", content}, {"jobfeatures/shutdowntime_job", content}};
}

std::vector<FeatureFile> feature_files(const MachineFeatures& features) {
  Files files;
  for (const char* key : {"total_cpu", "phys_cores", "log_cores"}) {
    files.add(fmt::format("machinefeatures/{}", key), features.processors);
  }
  files.add("machinefeatures/jobslots", 1);
  files.add("machinefeatures/grace_secs", features.grace.count());
  files.add("jobfeatures/grace_secs_job", features.grace.count());
  files.add("jobfeatures/allocated_cpu", features.processors);
  files.add("jobfeatures/allocated_CPU", features.processors);
  files.add("jobfeatures/jobstart_secs", to_unix(features.created));
  files.add("jobfeatures/wall_limit_secs", features.max_wallclock.count());
  files.add("jobfeatures/cpu_limit_secs", features.max_wallclock.count() * features.processors);
  if (features.hs06) {
    files.add("machinefeatures/hs06", format_hs06(*features.hs06));
    files.add("jobfeatures/hs06_job", format_hs06(*features.hs06));
  }
  if (features.max_rss_bytes) files.add("jobfeatures/max_rss_bytes", *features.max_rss_bytes);
  files.append(identity_feature_files(features.job_id));
  if (features.shutdown_time) files.append(shutdown_time_files(*features.shutdown_time));
  return files.take();
}

}  // namespace vacuum
