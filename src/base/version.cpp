#include "base/version.hpp"

namespace vacuum {

std::string_view version() {
  return VACUUM_VERSION;
}

}  // namespace vacuum
