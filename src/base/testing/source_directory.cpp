#include "base/testing/source_directory.hpp"

namespace vacuum {

std::filesystem::path source_directory() {
  return VACUUM_SOURCE_DIR;
}

}  // namespace vacuum
