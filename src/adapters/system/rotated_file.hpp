#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vacuum {

/// Appends whole lines to FOLDER/NAME. Where the file would grow beyond `file_bytes` it becomes NAME.1 first,
/// that one NAME.2 and so on; beyond `files` the oldest is removed. Blocks.
///
/// A line that a crash tore is ended, so that the next stays readable; of what cannot be written whole
/// nothing stays. Answers what went wrong, with the path, or an empty text.
[[nodiscard]] std::string append_rotated(const std::string& folder, const std::string& name,
                                         std::string_view lines, std::int64_t file_bytes, int files);

/// The files of that name that there are, oldest first.
[[nodiscard]] std::vector<std::string> rotated_files(const std::string& folder, const std::string& name);

}  // namespace vacuum
