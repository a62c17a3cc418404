#include "control/image_inspections.hpp"

#include <algorithm>
#include <utility>

#include "platform/image_content.hpp"

namespace vacuum {

ImageInspection format_inspection() {
  return [](const ImageBytes& image) -> Result<std::string, std::string> {
    std::string head(std::min<std::uint64_t>(image.size(), kImageHeadBytes), '\0');
    auto read = image.read(0, head);
    if (!read) return Failure{std::move(read.error())};
    auto format = image_format(head);
    if (!format) return Failure{std::move(format.error())};
    return std::string(to_string(*format));
  };
}

std::optional<ImageFormat> parse_image_format(std::string_view name) {
  for (const ImageFormat format : {ImageFormat::raw, ImageFormat::qcow2, ImageFormat::iso}) {
    if (to_string(format) == name) return format;
  }
  return std::nullopt;
}

}  // namespace vacuum
