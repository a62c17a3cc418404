#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "domain/names.hpp"

namespace vacuum {

/// Why a cloud would not, or could not, build a VM.
enum class FaultKind : std::uint8_t {
  quota,          ///< the project's quota is used up
  no_valid_host,  ///< no hypervisor has room for the flavor
  image,          ///< the image is missing, unfit or could not be copied
  network,        ///< ports or networks could not be had
  volume,         ///< the boot volume could not be made
  refused,        ///< the request itself was refused: a setting is wrong
  other,
};

inline constexpr int kFaultKindCount = 7;

[[nodiscard]] std::string_view to_string(FaultKind kind);
[[nodiscard]] std::optional<FaultKind> parse_fault_kind(std::string_view text);

/// A fault with the cloud's own words (printable, bounded).
struct Fault {
  FaultKind kind = FaultKind::other;
  std::string text;

  friend bool operator==(const Fault&, const Fault&) = default;
};

/// The run of failed builds of a flavor in a zone, ended by the first one that succeeds. What creations back
/// off from.
struct BuildFailures {
  FlavorName flavor;
  std::optional<ZoneName> zone;  ///< nothing: creations that named no zone
  int consecutive = 1;           ///< cycles in a row with a failure and no success
  TimePoint last{};
  Fault fault;  ///< the latest

  friend bool operator==(const BuildFailures&, const BuildFailures&) = default;
};

}  // namespace vacuum
