#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/flavor.hpp"
#include "sim/moment.hpp"

namespace vacuum::sim {

/// Limits of a project; -1 means unlimited, as the clouds write it.
struct ProjectQuota {
  int machines = -1;
  int processors = -1;
  int memory_mb = -1;
};

struct ProjectSettings {
  std::string name = "demo";
  ProjectQuota quota;
};

struct ImageSettings {
  std::string name;
  std::string visibility = "public";
  std::string status = "active";
};

/// Why a build ends in the state of failure, in the cloud's words; {id} stands for the server's id.
struct BuildFailure {
  int code = 500;
  std::string message;
};

/// What goes wrong in the life of servers. Rates are probabilities for each server; a count is used up first,
/// by the next servers that come along.
struct LifeFaults {
  double stuck_build_rate = 0;
  std::uint64_t stuck_builds_next = 0;
  double failed_build_rate = 0;
  std::uint64_t failed_builds_next = 0;
  std::vector<BuildFailure> build_failures;  ///< one is drawn for each failed build; empty: no valid host
  double stuck_delete_rate = 0;
  std::uint64_t stuck_deletes_next = 0;
  double vanish_rate = 0;  ///< of servers that run, those that are gone without a trace after a while
  SecondsRange vanish_after{1, 60};  ///< since the server began to run
};

/// A cloud as it stands before anybody asks for anything.
struct CloudSettings {
  std::string region = "RegionOne";
  std::vector<Flavor> flavors;
  std::vector<ImageSettings> images;
  std::vector<std::string> zones{"nova"};
  std::vector<ProjectSettings> projects{ProjectSettings{}};
  SecondsRange schedule_seconds{0.2, 0.5};  ///< from the request until a host is chosen
  SecondsRange build_seconds{1, 2};         ///< from then until the server runs
  SecondsRange delete_seconds{0.5, 1};      ///< from the request until the server is gone
  int processors_per_host = 0;              ///< a larger flavor finds no host; 0: any fits
  int processors_capacity = 0;              ///< of all hosts together; 0: endless
  LifeFaults faults;
};

}  // namespace vacuum::sim
