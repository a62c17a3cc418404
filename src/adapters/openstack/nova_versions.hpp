#pragma once

#include <compare>
#include <string>

#include "adapters/openstack/api.hpp"
#include "adapters/openstack/cached.hpp"

namespace vacuum::openstack {

/// Of Nova's API, "2.47".
struct Microversion {
  int major = 2;
  int minor = 1;
  friend auto operator<=>(const Microversion&, const Microversion&) = default;
};

struct MicroversionRange {
  Microversion lowest;
  Microversion highest;

  /// The text of `wanted`, or of the lowest above it that is spoken; empty where this Nova is too old for it.
  [[nodiscard]] std::string at_least(Microversion wanted) const;
};

inline constexpr Microversion kNoNetworkVersion{2, 37};  ///< networks: "none"
inline constexpr Microversion kPagedKeyPairsVersion{2, 35};
inline constexpr Microversion kEmbeddedFlavorVersion{2, 47};  ///< servers tell their processors and memory
/// Servers of a cell that is down are listed, without a name, where older versions leave them out silently.
inline constexpr Microversion kDownCellsVersion{2, 69};

/// The range in Nova's version document; 2.1 alone where it tells none. Nothing where it is no such document.
[[nodiscard]] std::optional<MicroversionRange> read_versions(std::string_view body);

/// Which microversions this Nova speaks; asked once an hour.
class NovaVersions {
 public:
  explicit NovaVersions(Api& api) : api_(api), range_(api.clock(), kLifetime) {}

  Async<CloudResult<MicroversionRange>> get(Deadline deadline);

 private:
  static constexpr Milliseconds kLifetime{3600 * 1000};
  Async<CloudResult<MicroversionRange>> ask(Deadline deadline);

  Api& api_;
  Cached<MicroversionRange> range_;
};

}  // namespace vacuum::openstack
