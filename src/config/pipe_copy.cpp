#include "config/pipe_copy.hpp"

#include <map>

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum {
namespace {

constexpr std::string_view kFirstLine = "Vacuum pipe copy 1";

}  // namespace

std::string pipe_copy_path(const std::string& state_directory, const SpaceName& space,
                           const std::string& prefix) {
  return fmt::format("{}/pipescache/{}/{}", state_directory, space, prefix);
}

std::string write_pipe_copy(const PipeCopy& copy) {
  // What a server said is cut to one line.
  return fmt::format("{}\nURL: {}\nFetched: {}\nETag: {}\nLast-Modified: {}\n\n{}", kFirstLine,
                     printable(copy.url, 4000), to_unix(copy.fetched), printable(copy.etag, 1000),
                     printable(copy.last_modified, 200), copy.content);
}

std::optional<PipeCopy> read_pipe_copy(std::string_view text) {
  const auto end = text.find("\n\n");
  if (end == std::string_view::npos) return std::nullopt;
  const auto lines = split(text.substr(0, end), '\n');
  if (lines.front() != kFirstLine) return std::nullopt;
  std::map<std::string, std::string> values;
  for (const auto& line : lines) {
    const auto colon = line.find(": ");
    if (colon != std::string::npos) values[line.substr(0, colon)] = line.substr(colon + 2);
  }
  const auto fetched = parse_integer(values["Fetched"]);
  if (!fetched || values["URL"].empty()) return std::nullopt;
  return PipeCopy{.url = values["URL"],
                  .fetched = from_unix(*fetched),
                  .etag = values["ETag"],
                  .last_modified = values["Last-Modified"],
                  .content = std::string(text.substr(end + 2))};
}

}  // namespace vacuum
