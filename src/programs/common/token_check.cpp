#include "programs/common/token_check.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>

#include "adapters/shared_directory/token_key.hpp"
#include "platform/machine_token.hpp"

namespace vacuum {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kBetweenLooks{10};

/// The key, looked at now and then: an admin may remove it, to make all tokens void.
class WatchedKey {
 public:
  WatchedKey(std::string state_directory, Log& log)
      : state_directory_(std::move(state_directory)), log_(log) {}

  std::optional<Secret> get() {
    const std::scoped_lock lock(mutex_);
    if (steady_clock::now() < next_look_) return key_;
    next_look_ = steady_clock::now() + kBetweenLooks;
    auto read = read_or_make_token_key(state_directory_);
    if (read) {
      key_ = std::move(*read);
    } else if (!key_) {
      log_.error("no token of a machine is accepted: {}", read.error().message);
    } else {
      log_.warning("the last key of tokens stays in use: {}", read.error().message);
    }
    return key_;
  }

 private:
  const std::string state_directory_;
  Log& log_;
  std::mutex mutex_;
  std::optional<Secret> key_;
  steady_clock::time_point next_look_{};
};

}  // namespace

TokenCheck token_check(std::string state_directory, Log& log) {
  auto key = std::make_shared<WatchedKey>(std::move(state_directory), log);
  (void)key->get();
  return [key](const SpaceName& space, const MachineName& machine, std::string_view token) {
    const auto secret = key->get();
    return secret && is_machine_token(token, *secret, space, machine);
  };
}

}  // namespace vacuum
