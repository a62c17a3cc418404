#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.hpp"

namespace vacuum::sim {

/// Where a guest reaches the service of its manager, without a slash at the end; empty where it was not told.
struct GuestContact {
  std::string machinefeatures;
  std::string jobfeatures;
  std::string joboutputs;
  Secret token;  ///< lets it PUT into joboutputs
};

/// What a guest learns from its user_data, as a script in it would: the first http(s) URL that ends in
/// /machinefeatures, /jobfeatures and /joboutputs each, and a token behind "Bearer " or behind
/// joboutputs_token, an equals sign or colon, and quotes. URLs that user_data does not tell come from the
/// metadata of these names.
[[nodiscard]] GuestContact read_contact(std::string_view user_data,
                                        const std::vector<std::pair<std::string, std::string>>& metadata);

}  // namespace vacuum::sim
