#include "adapters/http/body_file_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

namespace vacuum {

BodyFileReader::BodyFileReader(const std::string& path)
    : path_(path), descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  struct stat status {};
  if (descriptor_ < 0 || fstat(descriptor_, &status) != 0) {
    note_problem(std::error_code(errno, std::generic_category()).message());
  } else if (!S_ISREG(status.st_mode)) {
    note_problem("not a regular file");
  } else {
    size_bytes_ = status.st_size;
  }
}

BodyFileReader::~BodyFileReader() {
  if (descriptor_ >= 0) close(descriptor_);
}

std::optional<std::size_t> BodyFileReader::read(std::span<char> into) {
  if (!problem_.empty()) return std::nullopt;
  for (;;) {
    const ssize_t got = ::read(descriptor_, into.data(), into.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == EINTR) continue;
    note_problem(std::error_code(errno, std::generic_category()).message());
    return std::nullopt;
  }
}

void BodyFileReader::note_problem(const std::string& what) {
  problem_ = fmt::format("{}: {}", path_, what);
}

}  // namespace vacuum
