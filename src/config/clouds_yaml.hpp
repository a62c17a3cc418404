#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/cloud_entry.hpp"
#include "config/configuration.hpp"

namespace vacuum {

struct CloudEntryProblem {
  Location location;  ///< no file: none was found
  std::string message;
  std::string remedy;
};

/// The named cloud of the first clouds.yaml that is there, with what secure.yaml adds to it.
[[nodiscard]] Result<CloudEntry, CloudEntryProblem> find_cloud(const Sources& sources,
                                                               const std::string& name);

/// What OS_* variables say, by the same keys; nothing where OS_AUTH_URL is not set.
[[nodiscard]] std::optional<CloudEntry> cloud_of_environment(const Sources& sources);

}  // namespace vacuum
