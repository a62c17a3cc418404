#include "adapters/system/local_file_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include "ports/descriptor.hpp"

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
  auto content = read_at_most(descriptor, max_bytes + 1);
  if (!content) return failed(path, content.error());
  if (content->size() > max_bytes) return too_long();
  return std::move(*content);
}

}  // namespace

Answer read_file(const std::string& path, std::size_t max_bytes) {
  // O_NONBLOCK: a pipe must not hang a thread.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (file.get() < 0) return failed(path, errno);
  return read_open(file.get(), path, max_bytes);
}

Async<Answer> LocalFileReader::read(std::string path, std::size_t max_bytes) {
  auto job = [path, max_bytes] { return read_file(path, max_bytes); };
  auto answer = co_await worker_.run(std::move(job));
  if (answer) co_return std::move(*answer);
  co_return Failure{FileError{fmt::format("{} could not be read in time", path)}};
}

}  // namespace vacuum
