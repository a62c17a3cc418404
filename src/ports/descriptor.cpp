#include "ports/descriptor.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

namespace vacuum {

int Descriptor::close() {
  const int number = std::exchange(number_, -1);
  return number >= 0 && ::close(number) != 0 ? errno : 0;
}

int write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

Result<std::string, int> read_at_most(int descriptor, std::size_t limit) {
  constexpr std::size_t kFirstBytes = 4096;  // most files are smaller
  std::string content;
  std::size_t length = 0;
  while (length < limit) {
    if (length == content.size()) content.resize(std::min(limit, std::max(kFirstBytes, 2 * length)));
    const ssize_t count = ::read(descriptor, content.data() + length, content.size() - length);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Failure{errno};
    if (count == 0) break;
    length += static_cast<std::size_t>(count);
  }
  content.resize(length);
  return content;
}

Result<std::vector<DirectoryEntry>, int> list_entries(int directory, std::size_t limit) {
  const int own = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (own < 0) return Failure{errno};
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(own), ::closedir);
  if (!stream) {
    const int code = errno;
    ::close(own);
    return Failure{code};
  }
  std::vector<DirectoryEntry> entries;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (entries.size() >= limit) return Failure{EOVERFLOW};
    const bool maybe_directory = entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN;
    entries.push_back({std::string(name), maybe_directory, entry->d_ino});
  }
  if (errno != 0) return Failure{errno};
  return entries;
}

}  // namespace vacuum
