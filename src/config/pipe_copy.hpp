#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "domain/names.hpp"

namespace vacuum {

/// What was last fetched of a pipe, as it is kept on disk.
struct PipeCopy {
  std::string url;  ///< that it came from
  TimePoint fetched{};
  std::string etag;           ///< empty: the server gave none
  std::string last_modified;  ///< as the server wrote it; empty: it gave none
  std::string content;        ///< the pipe itself, byte by byte

  friend bool operator==(const PipeCopy&, const PipeCopy&) = default;
};

/// STATE/pipescache/SPACE/PREFIX.
[[nodiscard]] std::string pipe_copy_path(const std::string& state_directory, const SpaceName& space,
                                         const std::string& prefix);

/// The text of the file: a few "Name: value" lines, an empty line, the content.
[[nodiscard]] std::string write_pipe_copy(const PipeCopy& copy);

/// Nothing where the text is no such file: it counts as if it were not there.
[[nodiscard]] std::optional<PipeCopy> read_pipe_copy(std::string_view text);

}  // namespace vacuum
