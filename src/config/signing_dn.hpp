#pragma once

#include <optional>
#include <string_view>

#include "config/option_value.hpp"

namespace vacuum {

/// What is wrong with a regular expression for the signer of an image; nothing where it can be used. It is
/// matched in linear time, so that no expression of a stranger can keep us busy.
[[nodiscard]] std::optional<ValueProblem> signing_dn_problem(std::string_view expression);

}  // namespace vacuum
