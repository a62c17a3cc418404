#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ports/resource_fetcher.hpp"

namespace vacuum {

/// Answers from a map of URLs; a text with the validators that the caller knows is not modified.
class FakeResourceFetcher final : public ResourceFetcher {
 public:
  std::map<std::string, FetchedText> texts;
  std::map<std::string, FetchError> errors;  ///< these go first
  std::vector<FetchRequest> requests;

  Async<Result<FetchAnswer, FetchError>> fetch(FetchRequest request) override {
    requests.push_back(request);
    if (const auto error = errors.find(request.url); error != errors.end()) co_return Failure{error->second};
    const auto found = texts.find(request.url);
    if (found == texts.end())
      co_return Failure{FetchError{FetchDecision::give_up, request.url + ": status 404"}};
    const bool known = !(request.known == Validators{}) && request.known == found->second.validators;
    if (known) co_return FetchAnswer{NotModified{}};
    co_return FetchAnswer{found->second};
  }
};

}  // namespace vacuum
