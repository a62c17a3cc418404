#pragma once

#include "ports/http_client.hpp"
#include "ports/resource_fetcher.hpp"

namespace vacuum {

/// ResourceFetcher over an HttpClient that follows redirects.
class HttpResourceFetcher final : public ResourceFetcher {
 public:
  explicit HttpResourceFetcher(HttpClient& http) : http_(http) {}

  Async<Result<FetchAnswer, FetchError>> fetch(FetchRequest request) override;

 private:
  HttpClient& http_;
};

/// Whether the body is a page made for people, as servers show instead of what was asked for: errors, logins.
[[nodiscard]] bool is_html_page(std::string_view content_type, std::string_view body);

}  // namespace vacuum
