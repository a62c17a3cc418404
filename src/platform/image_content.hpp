#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "domain/image.hpp"

namespace vacuum {

/// How much of the start of a file tells its format: the descriptor of a CD lies behind its first 32 KiB.
inline constexpr std::size_t kImageHeadBytes = 64 * 1024;

/// The format of an image, told by its content: `head` is its start (kImageHeadBytes, or all of it). Or why
/// no VM boots from it: it is a web page or other text, compressed, of a format that is not supported, or a
/// qcow2 that refers to other files, which a cloud would open in its own place.
[[nodiscard]] Result<ImageFormat, std::string> image_format(std::string_view head);

}  // namespace vacuum
