#include "control/kept_image.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum {
namespace {

constexpr std::int64_t kMegabyte = 1 << 20;

bool is_version(const CloudImage& image, const std::string& name, TimePoint modified) {
  return image.name == name && image.modified == modified;
}

}  // namespace

std::string shown_location(std::string_view location) {
  return printable(location.substr(0, location.find_first_of("?#")));
}

std::string progress_text(std::int64_t done_bytes, std::int64_t total_bytes) {
  const std::int64_t done_mb = done_bytes / kMegabyte;
  if (total_bytes <= 0) return fmt::format("{} MB", done_mb);
  const std::int64_t total_mb = (total_bytes + kMegabyte - 1) / kMegabyte;
  const auto percent =
      static_cast<std::int64_t>(100.0 * static_cast<double>(done_bytes) / static_cast<double>(total_bytes));
  return fmt::format("{} % of {} MB", percent, total_mb);
}

std::string state_sentence(const KeptImage& image, const std::optional<FetchProgress>& fetch) {
  const std::string shown = shown_location(image.source.location);
  if (fetch) {
    return fmt::format("the image {} is being fetched: {}", shown,
                       progress_text(fetch->done_bytes, fetch->total_bytes));
  }
  if (image.upload) {
    return fmt::format("the image {} is being uploaded to the cloud: {}", shown,
                       progress_text(image.upload->done_bytes, image.upload->total_bytes));
  }
  if (!image.state.empty()) return image.state;
  return fmt::format("the image {} is not yet looked at", shown);
}

const CloudImage* find_version(const std::vector<CloudImage>& images, const std::string& name,
                               TimePoint modified) {
  const CloudImage* first = nullptr;
  const auto order = [](const CloudImage& image) { return std::pair(image.created, image.id.text()); };
  for (const CloudImage& image : images) {
    if (image.state != CloudImage::State::active || !is_version(image, name, modified)) continue;
    if (first == nullptr || order(image) < order(*first)) first = &image;
  }
  return first;
}

const CloudImage* find_arriving(const std::vector<CloudImage>& images, const std::string& name,
                                TimePoint modified, TimePoint now) {
  for (const CloudImage& image : images) {
    const bool arriving = image.state == CloudImage::State::arriving && is_version(image, name, modified);
    if (arriving && now - image.created < kLongestUpload) return &image;
  }
  return nullptr;
}

}  // namespace vacuum
