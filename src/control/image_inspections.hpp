#pragma once

#include <optional>
#include <string_view>

#include "domain/image.hpp"
#include "ports/image_cache.hpp"

namespace vacuum {

/// Answers the name of the image's format ("raw", "qcow2", "iso"), or why no VM boots from it.
[[nodiscard]] ImageInspection format_inspection();
/// The format of that name.
[[nodiscard]] std::optional<ImageFormat> parse_image_format(std::string_view name);

}  // namespace vacuum
