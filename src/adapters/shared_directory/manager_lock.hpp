#pragma once

#include <string>
#include <utility>

#include "base/result.hpp"

namespace vacuum {

/// Keeps a second vcycled off the same state directory, for as long as this lives. A crash ends it too.
class ManagerLock {
 public:
  /// Takes STATE_DIR/vcycled.lock, or answers for people who has it or why it cannot be had.
  [[nodiscard]] static Result<ManagerLock, std::string> take(const std::string& state_dir);

  ManagerLock(ManagerLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  ManagerLock& operator=(ManagerLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~ManagerLock();

 private:
  explicit ManagerLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_ = -1;
};

}  // namespace vacuum
