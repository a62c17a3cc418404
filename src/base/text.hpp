#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vacuum {

/// Without leading and trailing spaces, tabs, carriage returns and newlines.
[[nodiscard]] std::string_view trim(std::string_view text);
/// The words between runs of white space.
[[nodiscard]] std::vector<std::string> split_words(std::string_view text);
/// The parts between each `separator`; always at least one part.
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
[[nodiscard]] std::string join(std::span<const std::string> parts, std::string_view separator);
/// ASCII only.
[[nodiscard]] std::string to_lower(std::string_view text);

/// The whole text as a decimal number, else nothing.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);
/// The whole text as a finite number, else nothing.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);

/// RFC 4648 with padding.
[[nodiscard]] std::string encode_base64(std::string_view bytes);
/// White space is ignored, padding optional; nothing where another character is met.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

/// The candidate nearest to `word` by edit distance, if it is near enough to be a slip of the pen (≤ 1/3 of
/// its length).
[[nodiscard]] std::optional<std::string> nearest_word(std::string_view word,
                                                      std::span<const std::string> candidates);

/// The text with what is no UTF-8 replaced by "?": old files have Latin-1 in them, VMs write what they like,
/// and readers of JSON refuse it.
[[nodiscard]] std::string utf8(std::string_view text);

/// The text as UTF-8 with control characters replaced by spaces, cut at a character to `limit` bytes, the "…"
/// of the cut included: what may be shown of a stranger's text. What it made stays as it is when it is made
/// again.
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit = 300);

}  // namespace vacuum
