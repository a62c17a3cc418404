#pragma once

#include <cstdint>
#include <string_view>

namespace vacuum {

/// How the bytes of an image are a disk.
enum class ImageFormat : std::uint8_t {
  raw,
  qcow2,
  iso,  ///< a CD image
};

[[nodiscard]] constexpr std::string_view to_string(ImageFormat format) {
  switch (format) {
    case ImageFormat::raw:
      return "raw";
    case ImageFormat::qcow2:
      return "qcow2";
    case ImageFormat::iso:
      return "iso";
  }
  return "unknown";
}

}  // namespace vacuum
