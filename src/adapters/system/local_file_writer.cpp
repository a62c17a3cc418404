#include "adapters/system/local_file_writer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

namespace vacuum {
namespace {

using Answer = Result<Done, FileError>;

Answer failed(const std::string& path, int code) {
  return Failure{FileError{fmt::format("cannot write {}: {}", path, std::system_category().message(code))}};
}

/// 0, or what went wrong.
int write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t count = ::write(descriptor, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  return ::fsync(descriptor) == 0 ? 0 : errno;
}

/// Makes and fills a new file; 0, or what went wrong.
int write_new(const std::string& path, std::string_view content) {
  constexpr mode_t kMode = 0644;
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kMode);
  if (descriptor < 0) return errno;
  const int written = write_all(descriptor, content);
  const int closed = ::close(descriptor) == 0 ? 0 : errno;
  return written != 0 ? written : closed;
}

Answer replace_whole(const std::string& path, const std::string& content) {
  const std::filesystem::path target(path);
  std::error_code error;
  std::filesystem::create_directories(target.parent_path(), error);
  if (error) return failed(path, error.value());
  // One writer at a time has a file of ours; what a crash left of an earlier one is replaced.
  const std::string temporary = (target.parent_path() / ("." + target.filename().string() + ".new")).string();
  ::unlink(temporary.c_str());
  int problem = write_new(temporary, content);
  if (problem == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) problem = errno;
  if (problem == 0) return Done{};
  ::unlink(temporary.c_str());
  return failed(path, problem);
}

}  // namespace

Async<Answer> LocalFileWriter::replace(std::string path, std::string content) {
  auto job = [path, content = std::move(content)] { return replace_whole(path, content); };
  auto answer = co_await worker_.run(std::move(job));
  if (answer) co_return std::move(*answer);
  co_return Failure{FileError{fmt::format("{} could not be written in time", path)}};
}

}  // namespace vacuum
