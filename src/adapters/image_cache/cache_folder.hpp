#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "ports/image_cache.hpp"

namespace vacuum {

/// By what a server tells one version of a file from another.
struct CachedVersion {
  std::string etag;           ///< may be empty
  std::string last_modified;  ///< as the server wrote it; may be empty

  friend bool operator==(const CachedVersion&, const CachedVersion&) = default;
};

/// What the folder has of one URL.
struct CacheEntry {
  std::optional<LocalImage> image;
  CachedVersion version;        ///< of the image
  std::int64_t part_bytes = 0;  ///< of a download that broke off
  CachedVersion part_version;   ///< what it is a part of; all empty where it cannot be continued
  std::int64_t room_bytes = 0;  ///< that a new version may have without anything being given up
};

/// How much the folder may hold.
struct CacheBounds {
  std::int64_t max_bytes = 0;
  std::int64_t spare_bytes_max =
      256 << 20;  ///< at most so much of its disk is left to others, or a twentieth
};

/// The files of an image cache. Its calls block; they are not made at the same time.
///
/// An image from a URL is NAME, with its server's time; NAME.part is a download, NAME.part.head and NAME.head
/// are what the server said of them. NAME is the URL with %XX, as in Vcycle, and shortened where it is long.
class CacheFolder {
 public:
  CacheFolder(std::string directory, CacheBounds bounds)
      : directory_(std::move(directory)), bounds_(bounds) {}

  [[nodiscard]] static std::string name_of(std::string_view url);
  [[nodiscard]] std::string path_of(const std::string& name) const { return directory_ + "/" + name; }
  [[nodiscard]] std::string part_of(const std::string& name) const { return path_of(name) + ".part"; }
  [[nodiscard]] std::string part_head_of(const std::string& name) const { return part_of(name) + ".head"; }

  /// Makes the folder where it is not there; or says why it cannot be used.
  Result<Done, std::string> prepare() const;
  [[nodiscard]] CacheEntry look(const std::string& name) const;
  /// Gives up images until a version of this many bytes has room: those that are not `kept`, the longest
  /// unused first, then an older version of the same name. Or says why there is no room.
  Result<Done, std::string> make_room(const std::string& name, std::int64_t bytes,
                                      const std::set<std::string>& kept) const;
  /// The download is whole and good: it takes the place of the image, with this time.
  Result<LocalImage, std::string> accept_part(const std::string& name, TimePoint modified) const;
  void drop_part(const std::string& name) const;
  /// Marks the image as used now.
  void touch(const std::string& name) const;

 private:
  [[nodiscard]] std::int64_t room_for(const std::string& name) const;

  std::string directory_;
  CacheBounds bounds_;
};

}  // namespace vacuum
