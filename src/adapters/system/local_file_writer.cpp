#include "adapters/system/local_file_writer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "ports/descriptor.hpp"

namespace vacuum {
namespace {

using Answer = Result<Done, FileError>;

Answer failed(const std::string& path, int code) {
  return Failure{FileError{fmt::format("cannot write {}: {}", path, std::system_category().message(code))}};
}

/// Makes and fills a new file; 0, or what went wrong.
int write_new(const std::string& path, std::string_view content) {
  constexpr mode_t kMode = 0644;
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kMode));
  if (file.get() < 0) return errno;
  int problem = write_all(file.get(), content);
  if (problem == 0 && ::fsync(file.get()) != 0) problem = errno;
  if (const int closing = file.close(); problem == 0) problem = closing;
  return problem;
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
