#pragma once

#include <map>
#include <string>

#include "config/diagnostic.hpp"

namespace vacuum {

/// Credentials as OpenStack's own tools keep them, from clouds.yaml or OS_* variables: values by the key that
/// clouds.yaml has for them (auth_url, username, …). Holds secrets: never shown.
struct CloudEntry {
  struct Value {
    std::string text;
    Location location;
  };
  std::map<std::string, Value> values;
  Location location;

  /// Empty where there is none.
  [[nodiscard]] std::string get(const std::string& key) const {
    const auto found = values.find(key);
    return found == values.end() ? std::string() : found->second.text;
  }
};

}  // namespace vacuum
