#include "adapters/system/local_file_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

namespace vacuum {
namespace {

using Answer = Result<std::string, FileError>;

Answer failed(const std::string& path, int code) {
  return Failure{FileError{fmt::format("cannot read {}: {}", path, std::system_category().message(code))}};
}

/// Reads to the end, and one byte beyond `max_bytes` to know that there is more.
Answer read_open(int descriptor, const std::string& path, std::size_t max_bytes) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return failed(path, errno);
  if (S_ISDIR(status.st_mode)) return failed(path, EISDIR);
  if (!S_ISREG(status.st_mode))
    return Failure{FileError{fmt::format("cannot read {}: not a regular file", path)}};
  const auto too_long = [&] {
    return Failure{FileError{fmt::format("{} has more than {} bytes", path, max_bytes)}};
  };
  if (static_cast<std::size_t>(status.st_size) > max_bytes) return too_long();
  std::string content(static_cast<std::size_t>(status.st_size) + 1, '\0');
  std::size_t length = 0;
  for (;;) {
    const ssize_t count = ::read(descriptor, content.data() + length, content.size() - length);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed(path, errno);
    if (count == 0) break;
    length += static_cast<std::size_t>(count);
    if (length > max_bytes) return too_long();
    if (length == content.size()) content.resize(length * 2);  // it grew while it was read
  }
  content.resize(length);
  return content;
}

}  // namespace

Answer read_file(const std::string& path, std::size_t max_bytes) {
  // O_NONBLOCK: a pipe must not hang a thread.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return failed(path, errno);
  auto answer = read_open(descriptor, path, max_bytes);
  ::close(descriptor);
  return answer;
}

Async<Answer> LocalFileReader::read(std::string path, std::size_t max_bytes) {
  auto job = [path, max_bytes] { return read_file(path, max_bytes); };
  auto answer = co_await worker_.run(std::move(job));
  if (answer) co_return std::move(*answer);
  co_return Failure{FileError{fmt::format("{} could not be read in time", path)}};
}

}  // namespace vacuum
