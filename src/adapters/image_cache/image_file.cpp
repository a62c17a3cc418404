#include "adapters/image_cache/image_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace vacuum {
namespace {

std::string system_message() {
  return std::error_code(errno, std::generic_category()).message();
}

}  // namespace

Result<std::unique_ptr<ImageFile>, std::string> ImageFile::open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return Failure{system_message()};
  std::unique_ptr<ImageFile> file(new ImageFile(descriptor, 0));
  struct stat status {};
  if (fstat(descriptor, &status) != 0) return Failure{system_message()};
  if (!S_ISREG(status.st_mode)) return Failure{std::string("not a regular file")};
  file->size_ = static_cast<std::uint64_t>(status.st_size);
  return file;
}

ImageFile::~ImageFile() {
  ::close(descriptor_);
}

Result<Done, std::string> ImageFile::read(std::uint64_t offset, std::span<char> into) const {
  while (!into.empty()) {
    const ssize_t got = pread(descriptor_, into.data(), into.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Failure{system_message()};
    if (got == 0) return Failure{std::string("ends before it should")};
    into = into.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
  return Done{};
}

Result<std::string, std::string> inspect_file(const std::string& path, const ImageInspection& inspection) {
  auto file = ImageFile::open(path);
  if (!file) return Failure{std::move(file.error())};
  return inspection(**file);
}

Result<LocalImage, std::string> look_at_file(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return Failure{system_message()};
  if (!S_ISREG(status.st_mode)) return Failure{std::string("not a regular file")};
  return LocalImage{.path = path, .bytes = status.st_size, .modified = from_unix(status.st_mtim.tv_sec)};
}

}  // namespace vacuum
