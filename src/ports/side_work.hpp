#pragma once

#include <functional>

#include "ports/async.hpp"

namespace vacuum {

/// A door beside the loop for work that takes the processor for longer than the loop may stand still: making
/// keys. Several run side by side, as many as the host has room for; the others wait their turn.
class SideWork {
 public:
  virtual ~SideWork() = default;

  /// Runs `work`, which owns all it uses, beside the loop; true once it is done. False where it was not done
  /// in time: it may still be carried out. What `work` throws is thrown here.
  virtual Async<bool> run(std::function<void()> work) = 0;
};

}  // namespace vacuum
