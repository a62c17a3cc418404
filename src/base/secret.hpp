#pragma once

#include <string>
#include <utility>

namespace vacuum {

/// A password, key or token. Has no output operator and no formatter: it cannot reach a log by accident.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  /// The one door to the value: for handing it to the service it belongs to.
  [[nodiscard]] const std::string& reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }

  friend bool operator==(const Secret&, const Secret&) = default;

 private:
  std::string value_;
};

}  // namespace vacuum
