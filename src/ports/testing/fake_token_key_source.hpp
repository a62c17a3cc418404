#pragma once

#include <optional>
#include <string>

#include "ports/token_key_source.hpp"

namespace vacuum {

/// Gives a key of 32 bytes, or an error.
class FakeTokenKeySource final : public TokenKeySource {
 public:
  Async<StoreResult<Secret>> token_key() override {
    ++calls;
    if (error) co_return Failure{StoreError{StoreDecision::retry, *error}};
    co_return Secret(std::string(32, 'k'));
  }

  int calls = 0;
  std::optional<std::string> error;
};

}  // namespace vacuum
