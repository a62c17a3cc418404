#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "domain/names.hpp"
#include "ports/log.hpp"

namespace vacuum {

/// Tells whether a token is a machine's own, by the key in STATE_DIR/shared (spec 9). Safe from any thread.
using TokenCheck = std::function<bool(const SpaceName&, const MachineName&, std::string_view token)>;

/// Reads the key now, and again when tokens are shown later. Where there is none yet and none can be made,
/// the reason is logged and no token is accepted. `log` must outlive it.
[[nodiscard]] TokenCheck token_check(std::string state_directory, Log& log);

}  // namespace vacuum
