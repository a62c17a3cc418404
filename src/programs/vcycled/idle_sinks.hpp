#pragma once

#include "ports/resource_fetcher.hpp"

namespace vacuum {

/// Ports of what this program does not do.
class NoFetcher final : public ResourceFetcher {
 public:
  Async<Result<FetchAnswer, FetchError>> fetch(FetchRequest request) override {
    co_return Failure{FetchError{FetchDecision::give_up, request.url + ": nothing is fetched here"}};
  }
};

}  // namespace vacuum
