#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "domain/names.hpp"
#include "ports/async.hpp"

namespace vacuum {

/// The bytes of an image on disk. Reading them blocks: only inspections do it, on the disk's thread.
class ImageBytes {
 public:
  virtual ~ImageBytes() = default;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  /// Fills the whole of `into` from `offset`, or says why it cannot.
  virtual Result<Done, std::string> read(std::uint64_t offset, std::span<char> into) const = 0;
};

/// Looks at an image: what it found, or why the image is not to be used. Owns all that it uses.
using ImageInspection = std::function<Result<std::string, std::string>(const ImageBytes& image)>;

/// A version of an image, whole on this host's disk.
struct LocalImage {
  std::string path;
  std::int64_t bytes = 0;
  TimePoint modified{};  ///< of one from a URL: what its server says

  friend bool operator==(const LocalImage&, const LocalImage&) = default;
};

enum class ImageDecision : std::uint8_t {
  retry,    ///< passing: the server is not there, or not well
  give_up,  ///< a human has to change something: no such file, not an image, TLS
  no_room,  ///< the cache or its disk is full
  busy,     ///< it is being fetched for somebody else
};

struct ImageError {
  ImageDecision decision = ImageDecision::retry;
  std::string message;  ///< names the URL or path, and what happened
};

struct FetchProgress {
  std::int64_t done_bytes = 0;
  std::int64_t total_bytes = 0;  ///< 0: the server has not told (yet)
};

/// Images by URL, kept on disk in bounded space (spec 6), and those that lie on this host.
class ImageCache {
 public:
  virtual ~ImageCache() = default;

  /// The newest version that the URL's server has: downloaded where it is newer than what the cache holds, a
  /// broken download being continued. `accept` sees a new version before it takes the place of the old one.
  virtual Async<Result<LocalImage, ImageError>> fetch(std::string url, ImageInspection accept) = 0;

  /// What the cache holds of a URL, without asking its server.
  virtual Async<std::optional<LocalImage>> cached(std::string url) = 0;

  /// Of a download that is under way.
  [[nodiscard]] virtual std::optional<FetchProgress> progress(const std::string& url) const = 0;

  /// A file of this host.
  virtual Async<Result<LocalImage, ImageError>> find_file(std::string path) = 0;

  /// Has the image looked at; the error names its path.
  virtual Async<Result<std::string, ImageError>> inspect(std::string path, ImageInspection inspection) = 0;

  /// The URLs that a space's machinetypes use, in place of those told before: they are not given up for
  /// others.
  virtual void keep(const SpaceName& space, std::set<std::string> urls) = 0;
};

}  // namespace vacuum
