#pragma once

#include <optional>
#include <string_view>

#include "domain/settings.hpp"

namespace vacuum {

/// "HOST:PORT", "192.0.2.1:PORT" or "[2001:db8::1]:PORT", the port from 1 to 65535; nothing for anything
/// else. Host names are in lower case, IPv6 addresses without their brackets.
[[nodiscard]] std::optional<HostPort> parse_host_port(std::string_view text);

/// A host name or an IPv4 address, in lower case: [a-z0-9.-]+.
[[nodiscard]] bool is_host_name(std::string_view text);

}  // namespace vacuum
