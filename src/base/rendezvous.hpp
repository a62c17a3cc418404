#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace vacuum {

/// A number for a pair of texts that is the same in every process, on every host and in every version.
[[nodiscard]] std::uint64_t stable_hash(std::string_view first, std::string_view second);

/// Rendezvous hashing: all who know the same candidates choose the same one for a key, and one candidate less
/// moves only the keys that it had.
template <class Candidates>
[[nodiscard]] std::size_t choose_for(const Candidates& candidates, std::string_view key) {
  std::size_t best = 0;
  std::uint64_t highest = 0;
  std::size_t i = 0;
  for (const auto& candidate : candidates) {
    const std::uint64_t weight = stable_hash(candidate.text(), key);
    if (i == 0 || weight > highest) {
      best = i;
      highest = weight;
    }
    ++i;
  }
  return best;
}

}  // namespace vacuum
