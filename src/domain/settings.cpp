#include "domain/settings.hpp"

namespace vacuum {

std::string to_string(const ImageSource& image) {
  if (image.location.empty()) return {};
  return image.kind == ImageSource::Kind::in_cloud ? "image:" + image.location : image.location;
}

}  // namespace vacuum
