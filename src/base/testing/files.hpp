#pragma once

#include <filesystem>
#include <string>

namespace vacuum {

/// All bytes of a file; none where it cannot be read.
[[nodiscard]] std::string content_of(const std::filesystem::path& file);
/// Makes or replaces a file, and the directories above it where they are missing; throws where it cannot.
void write_file(const std::filesystem::path& file, const std::string& content);

}  // namespace vacuum
