#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "config/pipe_document.hpp"

namespace vacuum {

/// How many remarks are kept of one entry: a pipe must not flood a log.
inline constexpr std::size_t kPipeRemarksMax = 50;

/// Reads one element of "machinetypes".
[[nodiscard]] PipeEntry read_pipe_entry(const boost::json::value& element, std::size_t number,
                                        std::string_view pipe_url);

/// A string, number or truth value as vcycle.conf would have it; nothing for null, lists and objects. Real
/// pipes write 600, 600.0, "600", true and "true".
[[nodiscard]] std::optional<std::string> pipe_value_text(const boost::json::value& value);

}  // namespace vacuum
