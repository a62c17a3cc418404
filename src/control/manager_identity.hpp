#pragma once

#include <string>

#include "domain/names.hpp"

namespace vacuum {

/// Who acts, as written into records, user_data and images.
struct ManagerIdentity {
  ManagerName name;
  std::string version;  ///< "Vacuum X.Y.Z"
};

}  // namespace vacuum
