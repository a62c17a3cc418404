#pragma once

#include <memory>
#include <string>

#include "ports/image_cache.hpp"

namespace vacuum {

/// The bytes of a regular file. May be used by one thread at a time.
class ImageFile final : public ImageBytes {
 public:
  static Result<std::unique_ptr<ImageFile>, std::string> open(const std::string& path);
  ~ImageFile() override;
  ImageFile(const ImageFile&) = delete;
  ImageFile& operator=(const ImageFile&) = delete;

  [[nodiscard]] std::uint64_t size() const override { return size_; }
  Result<Done, std::string> read(std::uint64_t offset, std::span<char> into) const override;

 private:
  ImageFile(int descriptor, std::uint64_t size) : descriptor_(descriptor), size_(size) {}
  int descriptor_;
  std::uint64_t size_;
};

/// Runs the inspection; its error, or the system's.
[[nodiscard]] Result<std::string, std::string> inspect_file(const std::string& path,
                                                            const ImageInspection& inspection);

/// Size and time of a regular file, or why it is none to be used.
[[nodiscard]] Result<LocalImage, std::string> look_at_file(const std::string& path);

}  // namespace vacuum
