// Which of the cloud's images are of no more use, and their end.
#include <fmt/format.h>

#include "control/image_keeper.hpp"

namespace vacuum {
namespace {

/// An image that no machinetype is configured with may be another manager's, whose configuration is newer.
constexpr Milliseconds kUnconfiguredKept{24 * 3600 * 1000};

}  // namespace

/// Only images that a manager of this space made are ever deleted.
Async<void> ImageKeeper::sweep() {
  const auto cloud = cloud_;
  auto images = co_await cloud->images();
  if (!images) co_return;  // each image's own look tells the fault
  std::set<ImageId> listed;
  for (const CloudImage& image : *images) {
    if (image.space != settings_.name) continue;
    listed.insert(image.id);
    const auto why = why_useless(image);
    if (!why) continue;
    const auto removed = co_await cloud->remove_image(image.id);
    if (removed) {
      ports_.log.info("space {}: deleted the image {} of {}: {}", settings_.name, image.id,
                      shown_location(image.name), *why);
    } else if (removed.error().decision != CloudDecision::not_found) {
      ports_.log.warning("space {}: an image of no more use stays: {}", settings_.name,
                         removed.error().message);
    }
  }
  std::erase_if(superseded_, [&](const auto& entry) { return !listed.contains(entry.first); });
}

std::optional<std::string> ImageKeeper::why_useless(const CloudImage& image) {
  bool configured = false;
  bool awaited = false;  // which version is wanted is not known yet
  for (const auto& [key, kept] : images_) {
    if (key.location != image.name) continue;
    configured = true;
    awaited = awaited || !kept->ready;
    if (kept->ready == image.id) {
      superseded_.erase(image.id);
      return std::nullopt;
    }
  }
  if (image.state == CloudImage::State::arriving) {
    if (is_under_way(image)) return std::nullopt;
    return "its upload was broken off";
  }
  if (awaited) return std::nullopt;
  const Milliseconds now = ports_.clock.monotonic();
  const Milliseconds since = superseded_.try_emplace(image.id, now).first->second;
  const Milliseconds kept = configured ? Milliseconds(settings_.create_window) : kUnconfiguredKept;
  if (now - since < kept || !in_use_ || in_use_->contains(image.id)) return std::nullopt;
  return configured ? "a newer version has taken its place, and no machine uses it"
                    : "nothing is made from it";
}

}  // namespace vacuum
