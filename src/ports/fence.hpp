#pragma once

#include <string_view>

namespace vacuum {

/// For people: why a step was not done.
inline constexpr std::string_view kFenceClosed =
    "this manager has lost its lease on the shared directory and acts on nothing until it has joined anew";

/// Whether this manager may change anything now: a record, or a VM of a cloud. Asked right before each such
/// step, after all waiting for it. Once it answered no, what was begun is to be given up.
class Fence {
 public:
  virtual ~Fence() = default;

  [[nodiscard]] virtual bool is_open() const = 0;
};

/// For programs that manage alone, and for tests.
class OpenFence final : public Fence {
 public:
  [[nodiscard]] bool is_open() const override { return true; }
};

}  // namespace vacuum
