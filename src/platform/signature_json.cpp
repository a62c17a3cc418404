#include "platform/signature_json.hpp"

#include <optional>

#include <fmt/format.h>
#include <boost/json.hpp>

namespace vacuum {
namespace {

namespace json = boost::json;

constexpr std::size_t kBlockBytesMax = 64 * 1024;
constexpr std::size_t kDepthMax = 8;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Position right behind the JSON text that begins at `start` with its quote.
std::size_t end_of_string(std::string_view text, std::size_t start) {
  for (std::size_t i = start + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return text.size();
}

/// With a comma between each two texts that only white space parts.
std::string with_missing_commas(std::string_view text) {
  std::string mended;
  mended.reserve(text.size() + 64);
  bool behind_string = false;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '"') {
      behind_string = behind_string && is_space(text[i]);
      mended += text[i++];
      continue;
    }
    if (behind_string) mended += ',';
    const std::size_t end = end_of_string(text, i);
    mended += text.substr(i, end - i);
    i = end;
    behind_string = true;
  }
  return mended;
}

std::optional<json::value> parse(std::string_view text) {
  json::parse_options options;
  options.allow_trailing_commas = true;
  options.max_depth = kDepthMax;
  json::error_code error;
  json::value value = json::parse(text, error, {}, options);
  if (error) return std::nullopt;
  return value;
}

}  // namespace

Result<SignatureMembers, X509Error> read_signature_json(std::string_view block) {
  if (block.size() > kBlockBytesMax) return Failure{X509Error{"the end of the image has no bearable size"}};
  const auto last = block.find_last_not_of('\0');
  if (last == std::string_view::npos) {
    return Failure{X509Error{"the image carries no signature: its last 32 KiB are empty"}};
  }
  const std::string_view text = block.substr(0, last + 1);
  auto value = parse(text);
  if (!value) value = parse(with_missing_commas(text));
  const json::object* object = value ? value->if_object() : nullptr;
  if (object == nullptr) {
    return Failure{X509Error{"the image carries no signature: its last 32 KiB are no JSON object"}};
  }
  SignatureMembers members;
  for (const auto& member : *object) {
    const json::string* content = member.value().if_string();
    if (content != nullptr) members.emplace(std::string(member.key()), std::string(*content));
  }
  return members;
}

}  // namespace vacuum
