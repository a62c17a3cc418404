#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace vacuum {

/// A stream of random choices that a seed reproduces. Give each kind of choice a stream of its own, so that
/// one more choice of one kind does not change the others.
class RandomStream {
 public:
  explicit RandomStream(std::uint64_t seed) : engine_(seed) {}

  /// Uniform in [0, bound). Precondition: bound > 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) {
    const std::uint64_t reject_under = (0 - bound) % bound;  // keeps every remainder equally likely
    for (;;) {
      const std::uint64_t value = engine_();
      if (value >= reject_under) return value % bound;
    }
  }

  /// Uniform in [0, 1).
  [[nodiscard]] double fraction() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }

  /// `length` characters of [a-z0-9].
  [[nodiscard]] std::string letters_and_digits(std::size_t length) {
    constexpr char kCharacters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::string text;
    for (std::size_t i = 0; i < length; ++i) text += kCharacters[below(36)];
    return text;
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace vacuum
