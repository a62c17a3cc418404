#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "config/option.hpp"

namespace vacuum {

/// Why a value is not what its option takes.
struct ValueProblem {
  std::string message;
  std::string remedy;
};

/// The value of an option by its kind and bounds in the table.
[[nodiscard]] Result<std::int64_t, ValueProblem> integer_value(const Option& option, std::string_view text);
[[nodiscard]] Result<double, ValueProblem> number_value(const Option& option, std::string_view text);
[[nodiscard]] Result<bool, ValueProblem> boolean_value(std::string_view text);

}  // namespace vacuum
