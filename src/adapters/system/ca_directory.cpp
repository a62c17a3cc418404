#include "adapters/system/ca_directory.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "adapters/system/local_file_reader.hpp"

namespace vacuum {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFilesMax = 20'000;
constexpr std::size_t kBytesMax = std::size_t{256} << 20;

}  // namespace

Result<CaDirectory, FileError> read_ca_directory(
    const std::string& path, const std::function<bool(std::string_view name)>& is_wanted) {
  std::error_code error;
  CaDirectory read;
  std::size_t bytes_left = kBytesMax;
  fs::directory_iterator entries(path, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    const std::string name = entries->path().filename().string();
    if (!is_wanted(name)) continue;
    if (read.files.size() + read.problems.size() == kFilesMax) {
      return Failure{FileError{fmt::format("{} has more than {} files", path, kFilesMax)}};
    }
    auto content = read_file(entries->path().string(), bytes_left);
    if (!content) {
      read.problems.push_back(content.error().message);
      continue;
    }
    bytes_left -= content->size();
    read.files.emplace(name, std::move(*content));
  }
  if (error) return Failure{FileError{fmt::format("cannot read {}: {}", path, error.message())}};
  std::ranges::sort(read.problems);
  return read;
}

}  // namespace vacuum
