#include "adapters/http/fenced_client.hpp"

#include <utility>

namespace vacuum {

Async<Result<HttpResponse, HttpFailure>> FencedClient::send(HttpRequest request) {
  const bool only_reads = request.method == "GET" || request.method == "HEAD";
  if (!only_reads && !fence_.is_open())
    co_return Failure{HttpFailure{HttpFailureKind::not_sent, std::string(kFenceClosed)}};
  co_return co_await client_.send(std::move(request));
}

}  // namespace vacuum
