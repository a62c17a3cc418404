#include "adapters/shared_directory/token_key.hpp"

#include <sys/random.h>
#include <sys/stat.h>

#include <cerrno>
#include <optional>

#include <fmt/format.h>

#include "adapters/shared_directory/disk.hpp"
#include "base/text.hpp"

namespace vacuum {
namespace {

using namespace shared_directory;

const std::string kFileName = "token_key";
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kFileBytesMax = 256;

StoreResult<Secret> failed(std::string message) {
  return Failure{StoreError{StoreDecision::retry, std::move(message)}};
}

/// From the kernel, which has entropy long before we run.
std::optional<std::string> random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(count)) return std::nullopt;
  return bytes;
}

StoreResult<Secret> read_key(const Directory& shared) {
  const std::string path = shared.path() + "/" + kFileName;
  auto content = read_start(shared, kFileName, kFileBytesMax);
  if (!content) return failed(content.error().message);
  struct stat status {};
  if (::fstatat(shared.descriptor(), kFileName.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
      (status.st_mode & S_IRWXO) != 0) {
    return failed(
        fmt::format("{} is open to everybody: remove it (machines get new tokens) or chmod 600", path));
  }
  auto key = decode_base64(trim(*content));
  if (!key || key->size() < kKeyBytes) {
    return failed(
        fmt::format("{} holds no key: remove it, and a new one is made; tokens that machines have "
                    "are void then",
                    path));
  }
  return Secret(std::move(*key));
}

}  // namespace

StoreResult<Secret> read_or_make_token_key(const std::string& state_directory) {
  auto shared = open_root(state_directory + "/shared");
  if (!shared) return failed(shared.error().message);
  if (auto there = read_start(*shared, kFileName, kFileBytesMax); there || there.error().code != ENOENT) {
    return read_key(*shared);
  }
  const auto bytes = random_bytes(kKeyBytes);
  if (!bytes) return failed("the system gives no random bytes for a token key");
  // Who comes second leaves the first one's file as it is, and reads it.
  auto made = offer_file(*shared, kFileName, encode_base64(*bytes) + "\n", S_IRUSR | S_IWUSR);
  if (!made) return failed(made.error().message);
  return read_key(*shared);
}

Async<StoreResult<Secret>> SharedTokenKey::token_key() {
  auto job = [directory = state_directory_] { return read_or_make_token_key(directory); };
  auto key = co_await worker_.run(std::move(job));
  if (key) co_return std::move(*key);
  co_return failed(fmt::format("{}/shared/token_key does not answer in time", state_directory_));
}

}  // namespace vacuum
