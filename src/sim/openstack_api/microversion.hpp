#pragma once

#include <string>
#include <variant>

#include "ports/http_service.hpp"

namespace vacuum::sim {

inline constexpr int kLatestMicroversion = 93;  ///< 2.93, as Nova of Zed

/// The minor number that the headers ask for (1 where they ask for none), or the answer that refuses them.
[[nodiscard]] std::variant<int, ServedResponse> read_microversion(const HttpHeaders& headers);

/// Adds the headers that tell which microversion answered.
void tell_microversion(ServedResponse& response, const std::string& version);

}  // namespace vacuum::sim
