#pragma once

#include <string>

#include "domain/names.hpp"

namespace vacuum {

/// Who acts, as written into records, user_data and images.
struct ManagerIdentity {
  ManagerName name;
  std::string version;             ///< "Vacuum X.Y.Z"
  IncarnationId incarnation = {};  ///< as of the cycle that acts; empty where nothing is acted on
};

}  // namespace vacuum
