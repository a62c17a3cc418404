#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace vacuum::wire {

/// What a request asks for.
struct Target {
  std::vector<std::string> parts;  ///< of the path, decoded; empty ones are left out
  std::string query;               ///< as sent, without its '?'
};

/// Reads a request's target: "/a/b", or "http://host/a/b" as a proxy is asked. Percent-encoding is decoded
/// after the path is cut, once. An error says what is wrong; so is any way to leave the path's tree: ".",
/// "..", an encoded '/', control characters.
[[nodiscard]] Result<Target, std::string> parse_target(std::string_view target);

/// The value of `name` in a query, decoded; empty where it is not there or not well formed.
[[nodiscard]] std::string query_value(std::string_view query, std::string_view name);

}  // namespace vacuum::wire
