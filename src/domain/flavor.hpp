#pragma once

#include <optional>
#include <string>

#include "domain/names.hpp"

namespace vacuum {

/// A size of VM that a cloud offers.
struct Flavor {
  FlavorName name;
  std::string cloud_id;  ///< the cloud's own id
  int processors = 1;
  int memory_mb = 0;
  int disk_gb = 0;

  friend bool operator==(const Flavor&, const Flavor&) = default;
};

/// What the cloud lets a space have, and what of it is taken, by anybody. A limit that the cloud does not set
/// is nothing.
struct Quota {
  std::optional<int> processors_limit;
  std::optional<int> memory_mb_limit;
  std::optional<int> machines_limit;
  int processors_used = 0;
  int memory_mb_used = 0;
  int machines_used = 0;

  friend bool operator==(const Quota&, const Quota&) = default;
};

}  // namespace vacuum
