#include "programs/cloudbox/documents.hpp"

#include <sys/stat.h>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "base/http_date.hpp"
#include "base/text.hpp"

namespace vacuum::cloudbox {
namespace {

constexpr std::string_view kPrefix = "/www/";

ServedResponse plain(int status, std::string_view text) {
  return {.status = status,
          .headers = {{"Content-Type", "text/plain"}},
          .body = std::string(text),
          .delivery = Delivery::whole};
}

bool is_safe(std::string_view path) {
  for (const std::string& part : split(path, '/'))
    if (part.empty() || part.front() == '.' || part.find('\0') != std::string::npos) return false;
  return true;
}

std::string_view type_of(std::string_view path) {
  if (path.ends_with(".pipe") || path.ends_with(".json")) return "application/json";
  if (path.ends_with(".img") || path.ends_with(".iso") || path.ends_with(".qcow2") || path.ends_with(".raw"))
    return "application/octet-stream";
  return "text/plain";
}

/// The bytes that a Range asks for: first and one behind the last.
using Part = std::pair<std::size_t, std::size_t>;

/// "bytes=FIRST-" or "bytes=FIRST-LAST"; other forms are answered with the whole, as HTTP allows.
std::optional<Part> parse_range(std::string_view range, std::size_t size) {
  constexpr std::string_view kUnit = "bytes=";
  const auto dash = range.find('-');
  if (!range.starts_with(kUnit) || dash == std::string_view::npos) return std::nullopt;
  const auto first = parse_integer(range.substr(kUnit.size(), dash - kUnit.size()));
  const std::string_view last_text = range.substr(dash + 1);
  const auto last =
      last_text.empty() ? std::optional(std::numeric_limits<std::int64_t>::max()) : parse_integer(last_text);
  if (!first || !last || *first < 0 || *last < *first) return std::nullopt;
  return Part{static_cast<std::size_t>(*first), std::min(size, static_cast<std::size_t>(*last) + 1)};
}

void cut_to_range(const ServedRequest& request, std::string_view modified, ServedResponse& response) {
  const std::string_view condition = header_value(request.headers, "If-Range");
  if (!condition.empty() && condition != modified) return;
  const std::size_t size = response.body.size();
  const auto part = parse_range(header_value(request.headers, "Range"), size);
  if (!part) return;
  if (part->first >= size) {
    response = plain(416, "there is nothing at this range\n");
    response.headers.emplace_back("Content-Range", fmt::format("bytes */{}", size));
    return;
  }
  response.status = 206;
  response.headers.emplace_back("Content-Range",
                                fmt::format("bytes {}-{}/{}", part->first, part->second - 1, size));
  response.body = response.body.substr(part->first, part->second - part->first);
}

}  // namespace

ServedResponse Documents::answer(const ServedRequest& request, std::string_view path) const {
  if (request.method != "GET" && request.method != "HEAD")
    return plain(405, "documents are only to be read\n");
  path.remove_prefix(std::min(path.size(), kPrefix.size()));
  struct stat status {};
  const std::string file = (root_ / path).string();
  if (!is_safe(path) || ::stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
    return plain(404, "there is no such document\n");
  if (static_cast<std::uintmax_t>(status.st_size) > kMostBytes)
    return plain(500, "the document is too large for cloudbox\n");
  const std::string modified = format_http_date(from_unix(status.st_mtime));
  ServedResponse response{.status = 200,
                          .headers = {{"Content-Type", std::string(type_of(path))},
                                      {"Last-Modified", modified},
                                      {"Accept-Ranges", "bytes"}},
                          .body = {},
                          .delivery = Delivery::whole};
  const auto since = parse_http_date(header_value(request.headers, "If-Modified-Since"));
  if (since && from_unix(status.st_mtime) <= *since) {
    response.status = 304;
    return response;
  }
  std::ifstream in(file, std::ios::binary);
  response.body.assign(std::istreambuf_iterator<char>(in), {});
  if (!in) return plain(500, "the document cannot be read\n");
  cut_to_range(request, modified, response);
  return response;
}

}  // namespace vacuum::cloudbox
