#pragma once

#include <cstdint>
#include <optional>

namespace vacuum {

/// So many machines at most are created in one cycle, whatever the limits allow: a plan is bounded.
inline constexpr std::int64_t kMostCreations = 10'000;

/// Which part of a space one cycle may create, in millionths of its limit.
struct CycleStep {
  std::int64_t millionths = 0;
  std::int64_t fixed_millionths = 0;  ///< max_created_percent: what an adaptive ramp begins with
};

/// The processors that one cycle may create (spec 4): a part of the limit, rounded up. A space without any
/// limit grows by that part of what it holds, and by ten at least (by more or less than ten, as the step is
/// more or less than the fixed one). Managers of one space share it.
class CycleAllowance {
 public:
  CycleAllowance(std::optional<int> limit, std::int64_t in_space, CycleStep step);
  /// From now on this manager's part alone.
  void divide(int managers, std::int64_t created_by_others);

  /// The first machine of a cycle always fits: a small space is not stopped by a large flavor.
  [[nodiscard]] bool has_room_for(int processors) const {
    return (machines_ == 0 && !is_used_by_others_) ||
           (machines_ < kMostCreations && processors_ + processors <= allowed_);
  }
  void take(int processors) {
    ++machines_;
    processors_ += processors;
  }
  [[nodiscard]] std::int64_t allowed() const { return allowed_; }
  [[nodiscard]] std::int64_t taken() const { return processors_; }

 private:
  std::int64_t allowed_;
  bool is_used_by_others_ = false;
  std::int64_t processors_ = 0;
  std::int64_t machines_ = 0;
};

}  // namespace vacuum
