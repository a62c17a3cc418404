#pragma once

#include <cstdint>
#include <string>

#include "programs/cloudbox/options.hpp"

namespace vacuum::cloudbox {

/// Writes the port into the file, whole or not at all; false where it could not. No path: nothing to do.
[[nodiscard]] bool write_port_file(const std::string& path, std::uint16_t port);

/// Tells people on stderr where the cloud is and which settings let them use it.
void tell_settings(const Options& options, const sim::Scenario& scenario, std::uint16_t port,
                   std::uint64_t seed);

}  // namespace vacuum::cloudbox
