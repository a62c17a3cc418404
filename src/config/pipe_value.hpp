#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/option.hpp"
#include "config/option_value.hpp"

namespace vacuum {

/// Why a value of a stranger's pipe must not count; nothing where it may. Beside the kind and the bounds of
/// the table, these are the safety rules of spec 2.3: a pipe names no file outside the directory that the
/// site made for it, no image of the site's cloud, and no server inside the site but its own.
[[nodiscard]] std::optional<ValueProblem> pipe_value_problem(const Option& option, std::string_view text,
                                                             std::string_view pipe_url);

}  // namespace vacuum
