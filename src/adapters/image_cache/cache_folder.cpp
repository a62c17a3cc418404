#include "adapters/image_cache/cache_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <map>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <openssl/sha.h>

#include "adapters/image_cache/image_file.hpp"
#include "base/text.hpp"

namespace vacuum {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNameBytesMax = 200;
constexpr std::int64_t kMegabyte = 1 << 20;
constexpr std::string_view kPart = ".part";
constexpr std::string_view kHead = ".head";

std::string system_message() {
  return std::error_code(errno, std::generic_category()).message();
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.';
}

std::string short_hash(std::string_view text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  std::string hash;
  for (std::size_t i = 0; i < 16; ++i) hash += fmt::format("{:02x}", digest[i]);
  return hash;
}

/// "Name: value" lines as the download wrote them.
CachedVersion read_head(const std::string& path) {
  constexpr std::size_t kLinesMax = 200;
  CachedVersion version;
  std::ifstream stream(path);
  std::string line;
  for (std::size_t lines = 0; lines < kLinesMax && std::getline(stream, line); ++lines) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::string name = to_lower(line.substr(0, colon));
    const std::string value(trim(std::string_view(line).substr(colon + 1)));
    if (name == "etag") version.etag = value;
    if (name == "last-modified") version.last_modified = value;
  }
  return version;
}

/// All that the folder has of one name.
struct Holding {
  std::string name;
  std::int64_t bytes = 0;
  std::int64_t part_bytes = 0;
  fs::file_time_type used;  ///< of its newest file beside the image, whose time is its server's
};

std::string without_ends(std::string name) {
  if (name.ends_with(kHead)) name.resize(name.size() - kHead.size());
  if (name.ends_with(kPart)) name.resize(name.size() - kPart.size());
  return name;
}

std::vector<Holding> holdings(const std::string& directory) {
  std::map<std::string, Holding> found;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (!entry->is_regular_file(ignored)) continue;
    const std::string file = entry->path().filename().string();
    const std::string name = without_ends(file);
    Holding& holding =
        found.try_emplace(name, Holding{.name = name, .used = fs::file_time_type::min()}).first->second;
    const auto size = static_cast<std::int64_t>(entry->file_size(ignored));
    holding.bytes += size;
    if (file == name + std::string(kPart)) holding.part_bytes = size;
    if (file != name) holding.used = std::max(holding.used, entry->last_write_time(ignored));
  }
  std::vector<Holding> all;
  for (auto& [name, holding] : found) all.push_back(std::move(holding));
  std::ranges::sort(all, {}, &Holding::used);
  return all;
}

std::int64_t megabytes(std::int64_t bytes) {
  return (bytes + kMegabyte - 1) / kMegabyte;
}

}  // namespace

std::string CacheFolder::name_of(std::string_view url) {
  std::string name;
  for (const char c : url) {
    if (is_plain(c)) {
      name += c;
    } else {
      name += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  const bool is_one_of_ours = name.ends_with(kPart) || name.ends_with(kHead);
  if (name.size() <= kNameBytesMax && !is_one_of_ours) return name;
  constexpr std::size_t kKeptBytes = kNameBytesMax - 33;
  return name.substr(0, kKeptBytes) + "-" + short_hash(url);
}

Result<Done, std::string> CacheFolder::prepare() const {
  std::error_code error;
  fs::create_directories(directory_, error);
  if (!error) fs::permissions(directory_, fs::perms::owner_all, error);
  if (!error && access(directory_.c_str(), W_OK | X_OK) != 0) error.assign(errno, std::generic_category());
  if (error) return Failure{fmt::format("{}: {}", directory_, error.message())};
  return Done{};
}

CacheEntry CacheFolder::look(const std::string& name) const {
  CacheEntry entry;
  if (auto image = look_at_file(path_of(name))) entry.image = std::move(*image);
  if (entry.image) entry.version = read_head(path_of(name) + std::string(kHead));
  if (const auto part = look_at_file(part_of(name))) {
    entry.part_bytes = part->bytes;
    entry.part_version = read_head(part_head_of(name));
  }
  entry.room_bytes = room_for(name);
  return entry;
}

/// What the limit and the disk leave for a download of this name; what it has already counts as room.
std::int64_t CacheFolder::room_for(const std::string& name) const {
  std::int64_t used = 0;
  std::int64_t part = 0;
  for (const Holding& holding : holdings(directory_)) {
    used += holding.bytes;
    if (holding.name == name) part = holding.part_bytes;
  }
  std::int64_t room = bounds_.max_bytes - used;
  struct statvfs disk {};
  if (statvfs(directory_.c_str(), &disk) == 0) {
    const auto block = static_cast<std::int64_t>(disk.f_frsize);
    const std::int64_t whole = static_cast<std::int64_t>(disk.f_blocks) * block;
    const std::int64_t spare = std::min(bounds_.spare_bytes_max, whole / 20);
    room = std::min(room, static_cast<std::int64_t>(disk.f_bavail) * block - spare);
  }
  return std::max<std::int64_t>(room, 0) + part;
}

Result<Done, std::string> CacheFolder::make_room(const std::string& name, std::int64_t bytes,
                                                 const std::set<std::string>& kept) const {
  const auto give_up = [this](const std::string& path) {
    std::error_code ignored;
    for (const std::string end : {"", ".head", ".part", ".part.head"})
      fs::remove(path_of(path) + end, ignored);
  };
  for (const Holding& holding : holdings(directory_)) {
    if (room_for(name) >= bytes) return Done{};
    if (holding.name != name && !kept.contains(holding.name)) give_up(holding.name);
  }
  if (room_for(name) >= bytes) return Done{};
  std::error_code ignored;
  fs::remove(path_of(name), ignored);  // its server has a newer one
  fs::remove(path_of(name) + std::string(kHead), ignored);
  const std::int64_t room = room_for(name);
  if (room >= bytes) return Done{};
  return Failure{
      fmt::format("needs {} MB and {} MB are left in {}: raise imagecache_mb (now {}), or free its disk",
                  megabytes(bytes), room / kMegabyte, directory_, bounds_.max_bytes / kMegabyte)};
}

Result<LocalImage, std::string> CacheFolder::accept_part(const std::string& name, TimePoint modified) const {
  const std::string part = part_of(name);
  const std::string path = path_of(name);
  const auto failed = [&](std::string_view deed) {
    return Failure{fmt::format("{}: {}: {}", path, deed, system_message())};
  };
  const int descriptor = open(part.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return failed("open");
  const timespec time{.tv_sec = to_unix(modified), .tv_nsec = 0};
  const timespec times[2] = {time, time};
  const bool stored = futimens(descriptor, times) == 0 && fsync(descriptor) == 0;
  close(descriptor);
  if (!stored) return failed("store");
  // Between the two the old image lies with the new one's head: it would be told unchanged. So it goes first.
  std::error_code ignored;
  fs::remove(path + std::string(kHead), ignored);
  if (rename(part.c_str(), path.c_str()) != 0) return failed("rename");
  fs::rename(part_head_of(name), path + std::string(kHead), ignored);
  auto image = look_at_file(path);
  if (!image) return Failure{fmt::format("{}: {}", path, image.error())};
  return std::move(*image);
}

void CacheFolder::drop_part(const std::string& name) const {
  std::error_code ignored;
  fs::remove(part_of(name), ignored);
  fs::remove(part_head_of(name), ignored);
}

void CacheFolder::touch(const std::string& name) const {
  const std::string head = path_of(name) + std::string(kHead);
  utimensat(AT_FDCWD, head.c_str(), nullptr, 0);
}

}  // namespace vacuum
