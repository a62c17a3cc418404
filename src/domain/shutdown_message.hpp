#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vacuum {

/// What a VM says, or is said for it, when it ends: "NNN text" (spec 4, HSF-TN-2016-04). Codes: 100 asked by
/// host; 200 success; 300 no more work; 400 site or machinetype banned; 500 problem with the VM or site; 600
/// grid-wide problem with the agent or application; 700 transient problem, seen by the manager.
struct ShutdownMessage {
  int code = 0;
  std::string text;

  friend bool operator==(const ShutdownMessage&, const ShutdownMessage&) = default;
};

/// Reads the first line; nothing where it does not start with three digits of 100 to 999 and an end or space.
/// The text comes from a stranger: it is cut to a printable line.
[[nodiscard]] std::optional<ShutdownMessage> parse_shutdown_message(std::string_view file);
[[nodiscard]] std::string to_string(const ShutdownMessage& message);

/// Whether the code tells that more machines of this type would be wasted now (300 to 699).
[[nodiscard]] constexpr bool is_abort_code(int code) {
  return code >= 300 && code <= 699;
}

}  // namespace vacuum
