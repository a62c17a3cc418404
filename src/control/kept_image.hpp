#pragma once

#include <compare>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/time.hpp"
#include "domain/image.hpp"
#include "domain/names.hpp"
#include "domain/settings.hpp"
#include "ports/cloud.hpp"
#include "ports/image_cache.hpp"

namespace vacuum {

/// What tells one kept image from another: two signers of one URL are checked each on their own.
struct ImageKey {
  std::string location;
  std::string signing_dn;

  friend auto operator<=>(const ImageKey&, const ImageKey&) = default;
};

/// Why an image is not ready, or not newer.
struct KeepError {
  std::string message;
  enum class Use : std::uint8_t {
    may_go_on,  ///< what was ready before stays so
    ended,      ///< nothing is to be made from it any more: fail closed
  } use = Use::may_go_on;
  bool is_fault = true;  ///< false: it is on its way, only not yet there
};

/// An image that machinetypes of a space boot from, on its way from its source to the cloud.
struct KeptImage {
  ImageSource source;
  std::string signing_dn;

  bool busy = false;                         ///< a coroutine looks after it
  std::optional<ImageId> ready;              ///< in the cloud
  std::string state;                         ///< why there is none, for people
  std::string stale_because;                 ///< not empty: a newer version could not be asked for
  std::shared_ptr<TransferProgress> upload;  ///< while one is under way
  std::optional<LocalImage> checked;         ///< the version that passed all checks
  ImageFormat format = ImageFormat::raw;     ///< of it
  int failures = 0;                          ///< in a row
  Milliseconds next_try{0};                  ///< monotonic
  /// Since when another manager is to bring it, monotonic; nothing: none is.
  std::optional<Milliseconds> left_to_others;

  [[nodiscard]] bool is_url() const { return source.kind == ImageSource::Kind::url; }
};

/// "the image URL is being fetched: 34 % of 412 MB", for an image that is not ready.
[[nodiscard]] std::string state_sentence(const KeptImage& image, const std::optional<FetchProgress>& fetch);
/// "34 % of 412 MB", "12 MB".
[[nodiscard]] std::string progress_text(std::int64_t done_bytes, std::int64_t total_bytes);
/// The location as it is shown: a URL without its query.
[[nodiscard]] std::string shown_location(std::string_view location);

/// Of the cloud's images the one that holds this version: active, and of several the earliest.
[[nodiscard]] const CloudImage* find_version(const std::vector<CloudImage>& images, const std::string& name,
                                             TimePoint modified);
/// One that another manager is making of this version, begun not long ago.
[[nodiscard]] const CloudImage* find_arriving(const std::vector<CloudImage>& images, const std::string& name,
                                              TimePoint modified, TimePoint now);

/// How long an upload may take; what arrives for longer was given up.
inline constexpr Seconds kLongestUpload{6 * 3600};
/// The same for one whose manager is none of the live ones: that has died, in all likelihood.
inline constexpr Seconds kStrangersUpload{900};
/// How long an image that is not in the cloud is left to the manager that does it for all.
inline constexpr Milliseconds kLeftToOthers{900'000};

}  // namespace vacuum
