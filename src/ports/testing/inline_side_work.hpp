#pragma once

#include "ports/side_work.hpp"

namespace vacuum {

/// Carries out side work at once, and counts it.
class InlineSideWork final : public SideWork {
 public:
  Async<bool> run(std::function<void()> work) override {
    ++calls;
    if (late) co_return false;
    work();
    co_return true;
  }

  int calls = 0;
  bool late = false;  ///< nothing is done in time
};

}  // namespace vacuum
