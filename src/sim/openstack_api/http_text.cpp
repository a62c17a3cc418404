#include "sim/openstack_api/http_text.hpp"

#include "base/text.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace vacuum::sim {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (c == '\0') return std::nullopt;
    decoded += c;
  }
  return decoded;
}

/// The length of the well-formed UTF-8 sequence at the start, or 0.
std::size_t utf8_sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto continues = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  const unsigned char lead = byte(0);
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (!continues(1) || !continues(2)) return 0;
    const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = lead == 0xED && byte(1) > 0x9F;
    return overlong || surrogate ? 0 : 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!continues(1) || !continues(2) || !continues(3)) return 0;
    const bool outside = (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F);
    return outside ? 0 : 4;
  }
  return 0;
}

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\t':
      out += "\\t";
      break;
    case '\r':
      out += "\\r";
      break;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
  }
}

/// Takes characters off the front of a text.
class TextCursor {
 public:
  explicit TextCursor(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  bool take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::optional<int> number(std::size_t digits) {
    if (rest_.size() < digits) return std::nullopt;
    const std::string_view text = rest_.substr(0, digits);
    if (text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    rest_.remove_prefix(digits);
    return static_cast<int>(*parse_integer(text));
  }
  /// The digits of a fraction, as milliseconds; the rest of them is cut off.
  std::optional<Milliseconds> fraction() {
    const std::size_t length = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    if (length == 0) return std::nullopt;
    std::string digits(rest_.substr(0, std::min<std::size_t>(length, 3)));
    digits.resize(3, '0');
    rest_.remove_prefix(length);
    return Milliseconds{*parse_integer(digits)};
  }

 private:
  std::string_view rest_;
};

/// "10:35", "10:35:26" or "10:35:26.5" since midnight.
std::optional<Milliseconds> read_clock(TextCursor& text) {
  const auto hour = text.number(2);
  if (!hour || *hour > 23 || !text.take(':')) return std::nullopt;
  const auto minute = text.number(2);
  if (!minute || *minute > 59) return std::nullopt;
  const Milliseconds time = std::chrono::hours{*hour} + std::chrono::minutes{*minute};
  if (!text.take(':')) return time;
  const auto second = text.number(2);
  if (!second || *second > 59) return std::nullopt;
  if (!text.take('.')) return time + Seconds{*second};
  const auto fraction = text.fraction();
  if (!fraction) return std::nullopt;
  return time + Seconds{*second} + *fraction;
}

/// How far a zone is before UTC.
std::optional<std::chrono::minutes> read_zone(TextCursor& text) {
  if (text.at_end() || text.take('Z')) return std::chrono::minutes{0};
  const bool is_east = text.take('+');
  if (!is_east && !text.take('-')) return std::nullopt;
  const auto hour = text.number(2);
  if (!hour) return std::nullopt;
  text.take(':');
  const std::optional<int> minute = text.at_end() ? std::optional(0) : text.number(2);
  if (!minute) return std::nullopt;
  const std::chrono::minutes offset = std::chrono::hours{*hour} + std::chrono::minutes{*minute};
  return is_east ? offset : -offset;
}

void append_two_digits(std::string& out, unsigned value) {
  out += static_cast<char>('0' + value / 10 % 10);
  out += static_cast<char>('0' + value % 10);
}

}  // namespace

std::optional<std::string> RequestTarget::parameter(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name) return value;
  return std::nullopt;
}

std::optional<RequestTarget> parse_target(std::string_view target) {
  const auto question = target.find('?');
  auto path = percent_decode(target.substr(0, question), false);
  if (!path || !path->starts_with('/')) return std::nullopt;
  RequestTarget parsed{std::move(*path), {}};
  if (question == std::string_view::npos) return parsed;
  for (const std::string& part : split(target.substr(question + 1), '&')) {
    if (part.empty()) continue;
    const auto equals = std::min(part.find('='), part.size());
    const std::string_view text = part;
    auto name = percent_decode(text.substr(0, equals), true);
    auto value = percent_decode(text.substr(std::min(equals + 1, text.size())), true);
    if (!name || !value) return std::nullopt;
    parsed.query.emplace_back(std::move(*name), std::move(*value));
  }
  return parsed;
}

std::string percent_encode(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    if (plain)
      encoded += c;
    else
      fmt::format_to(std::back_inserter(encoded), "%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

std::string make_query(const std::vector<std::pair<std::string, std::string>>& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters) {
    if (!text.empty()) text += '&';
    text += percent_encode(name) + '=' + percent_encode(value);
  }
  return text;
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t plain_from = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
      ++i;
      continue;
    }
    if (const std::size_t length = c >= 0x80 ? utf8_sequence(text.substr(i)) : 0; length > 0) {
      i += length;
      continue;
    }
    out.append(text, plain_from, i - plain_from);
    if (c >= 0x80)
      out += "\xEF\xBF\xBD";
    else
      append_escaped(out, text[i]);
    plain_from = ++i;
  }
  out.append(text, plain_from);
  out += '"';
}

void append_iso8601(std::string& out, TimePoint time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  const int year = static_cast<int>(date.year());
  append_two_digits(out, static_cast<unsigned>(year / 100));
  append_two_digits(out, static_cast<unsigned>(year % 100));
  out += '-';
  append_two_digits(out, static_cast<unsigned>(date.month()));
  out += '-';
  append_two_digits(out, static_cast<unsigned>(date.day()));
  out += 'T';
  append_two_digits(out, static_cast<unsigned>(clock.hours().count()));
  out += ':';
  append_two_digits(out, static_cast<unsigned>(clock.minutes().count()));
  out += ':';
  append_two_digits(out, static_cast<unsigned>(clock.seconds().count()));
}

std::optional<Moment> parse_isotime(std::string_view whole) {
  TextCursor text(whole);
  const auto year = text.number(4);
  if (!year || !text.take('-')) return std::nullopt;
  const auto month = text.number(2);
  if (!month || !text.take('-')) return std::nullopt;
  const auto day = text.number(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  const Moment midnight{std::chrono::sys_days{date}};
  if (text.at_end()) return midnight;
  if (!text.take('T') && !text.take(' ')) return std::nullopt;
  const auto clock = read_clock(text);
  if (!clock) return std::nullopt;
  const auto zone = read_zone(text);
  if (!zone || !text.at_end()) return std::nullopt;
  return midnight + *clock - *zone;
}

}  // namespace vacuum::sim
