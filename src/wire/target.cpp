#include "wire/target.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace vacuum::wire {
namespace {

constexpr std::size_t kPartsMax = 16;

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

std::optional<std::string> decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const auto high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
    if (!high || !low) return std::nullopt;
    out += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return out;
}

bool starts_with_scheme(std::string_view target, std::string_view scheme) {
  return target.size() >= scheme.size() && to_lower(target.substr(0, scheme.size())) == scheme;
}

/// "/a?b" of "http://host/a?b"; the target itself where it has no such form.
std::string_view without_authority(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!starts_with_scheme(target, scheme)) continue;
    target.remove_prefix(scheme.size());
    const auto path = target.find_first_of("/?");
    if (path == std::string_view::npos) return "/";
    return target[path] == '/' ? target.substr(path) : "/";
  }
  return target;
}

bool is_safe(std::string_view part) {
  return part != "." && part != ".." && std::ranges::none_of(part, [](unsigned char c) {
           return c < 0x20 || c == 0x7f || c == '/' || c == '\\';
         });
}

}  // namespace

Result<Target, std::string> parse_target(std::string_view target) {
  target = without_authority(target);
  if (target.empty() || target.front() != '/') return Failure{std::string("the path must begin with '/'")};
  if (target.find('#') != std::string_view::npos)
    return Failure{std::string("'#' has no place in a request")};
  Target result;
  const auto question = target.find('?');
  if (question != std::string_view::npos) result.query = std::string(target.substr(question + 1));
  for (const std::string& encoded : split(target.substr(0, question), '/')) {
    if (encoded.empty()) continue;
    auto part = decode(encoded);
    if (!part) return Failure{std::string("the path is not well encoded: '%' and two hexadecimal digits")};
    if (!is_safe(*part))
      return Failure{std::string("no part of a path may be '.' or '..', or hold such characters")};
    if (result.parts.size() >= kPartsMax) return Failure{std::string("the path has too many parts")};
    result.parts.push_back(std::move(*part));
  }
  return result;
}

std::string query_value(std::string_view query, std::string_view name) {
  for (const std::string& pair : split(query, '&')) {
    const auto equals = pair.find('=');
    if (std::string_view(pair).substr(0, equals) != name || equals == std::string::npos) continue;
    return decode(std::string_view(pair).substr(equals + 1)).value_or("");
  }
  return {};
}

}  // namespace vacuum::wire
