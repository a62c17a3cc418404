#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "domain/names.hpp"

namespace vacuum {

/// The protocol that managers of a shared directory speak with each other. A manager works beside others
/// whose range [protocol_min, protocol] holds its own number, or whose number lies in its own range.
inline constexpr int kProtocol = 1;
inline constexpr int kProtocolMin = 1;

enum class LeaseState : std::uint8_t {
  active,
  left,  ///< it acts no more and said so: others need not wait for the end of its lease
};

[[nodiscard]] std::string_view to_string(LeaseState state);
[[nodiscard]] std::optional<LeaseState> parse_lease_state(std::string_view text);

/// What a manager says of itself with each renewal. Two that differ were not made by the same renewal.
struct Lease {
  IncarnationId incarnation;
  LeaseState state = LeaseState::active;
  int protocol = kProtocol;
  int protocol_min = kProtocolMin;
  std::uint64_t sequence = 0;  ///< one more with each renewal
  Milliseconds duration{0};    ///< how long it counts after a renewal, seen from outside
  TimePoint started{};         ///< when the incarnation began, by its own clock
  TimePoint renewed{};         ///< by its own clock: for people alone
  std::string version;         ///< "Vacuum X.Y.Z"
  std::string host;
  std::string boot_id;          ///< tells whether a process of this host can still live
  std::string state_directory;  ///< one process at a time holds it
  int process = 0;
  std::map<SpaceName, int> machines;  ///< how many it manages of each space

  friend bool operator==(const Lease&, const Lease&) = default;
};

/// That an incarnation has ended, and who has its machines now: made once, never changed.
struct Succession {
  IncarnationId ended;
  std::vector<IncarnationId> heirs;  ///< at least one
  IncarnationId by;
  std::string reason;
  TimePoint time{};  ///< by the clock of `by`: for people, and for cleaning up

  friend bool operator==(const Succession&, const Succession&) = default;
};

}  // namespace vacuum
