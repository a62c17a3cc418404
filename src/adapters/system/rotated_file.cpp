#include "adapters/system/rotated_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include "ports/descriptor.hpp"

namespace vacuum {
namespace {

/// More than anybody keeps; looking for more ends here.
constexpr int kFilesMax = 10'000;

std::string numbered(const std::string& path, int number) {
  return number == 0 ? path : fmt::format("{}.{}", path, number);
}

std::string failed(std::string_view verb, const std::string& path, int code) {
  return fmt::format("cannot {} {}: {}", verb, path, std::system_category().message(code));
}

bool exists(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

/// Every file takes the next number; those beyond `files` go, also where fewer are kept than before.
std::string rotate(const std::string& path, int files) {
  int count = 0;
  while (count < kFilesMax && exists(numbered(path, count))) ++count;
  for (int number = count - 1; number >= 0; --number) {
    const std::string old_name = numbered(path, number);
    const std::string new_name = numbered(path, number + 1);
    const bool goes = number + 1 >= files;
    const int code = goes ? ::unlink(old_name.c_str()) : ::rename(old_name.c_str(), new_name.c_str());
    if (code != 0 && errno != ENOENT) return failed(goes ? "remove" : "rename", old_name, errno);
  }
  return {};
}

class RotatedFile {
 public:
  explicit RotatedFile(const std::string& path)
      : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644)),
        code_(file_.get() < 0 ? errno : 0) {
    struct stat status {};
    if (file_.get() >= 0 && ::fstat(file_.get(), &status) != 0) code_ = errno;
    if (code_ == 0 && !S_ISREG(status.st_mode)) code_ = EINVAL;
    size_ = status.st_size;
  }

  [[nodiscard]] int code() const { return code_; }  ///< 0, or why it is not open
  [[nodiscard]] std::int64_t size() const { return size_; }

  [[nodiscard]] bool is_torn() const {
    char last = '\n';
    return size_ > 0 && ::pread(file_.get(), &last, 1, size_ - 1) == 1 && last != '\n';
  }

  /// All or nothing; 0, or what the system said.
  int append(std::string_view text) {
    const int code = write_all(file_.get(), text);
    if (code != 0) {
      // Where even that fails the next append finds a torn line, and ends it.
      [[maybe_unused]] const int cut = ::ftruncate(file_.get(), size_);
    }
    return code;
  }

 private:
  Descriptor file_;
  int code_;
  std::int64_t size_ = 0;
};

std::string append_to(const std::string& path, std::string_view lines, std::int64_t* size) {
  RotatedFile file(path);
  if (file.code() != 0) return failed("open", path, file.code());
  if (size != nullptr) *size = file.size();
  if (lines.empty()) return {};
  int code = file.is_torn() ? file.append("\n") : 0;
  if (code == 0) code = file.append(lines);
  return code == 0 ? std::string() : failed("write", path, code);
}

}  // namespace

std::string append_rotated(const std::string& folder, const std::string& name, std::string_view lines,
                           std::int64_t file_bytes, int files) {
  if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) return failed("make", folder, errno);
  const std::string path = folder + "/" + name;
  std::int64_t size = 0;
  if (std::string failure = append_to(path, {}, &size); !failure.empty()) return failure;
  if (size > 0 && size + static_cast<std::int64_t>(lines.size()) > file_bytes) {
    if (std::string failure = rotate(path, files); !failure.empty()) return failure;
  }
  return append_to(path, lines, nullptr);
}

std::vector<std::string> rotated_files(const std::string& folder, const std::string& name) {
  std::vector<std::string> paths;
  const std::string path = folder + "/" + name;
  for (int number = 0; number < kFilesMax && exists(numbered(path, number)); ++number) {
    paths.insert(paths.begin(), numbered(path, number));
  }
  return paths;
}

}  // namespace vacuum
