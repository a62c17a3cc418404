#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace vacuum::fuzz {

/// Ends the run with the sentence that does not hold: the fuzzer keeps the input that showed it.
inline void require(bool holds, std::string_view sentence) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %.*s\n", static_cast<int>(sentence.size()), sentence.data());
  std::abort();
}

/// Whether the text may be shown to people as one line.
[[nodiscard]] inline bool is_one_line(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  return true;
}

/// Tries one input. Each target defines it.
void try_input(std::string_view data);

}  // namespace vacuum::fuzz
