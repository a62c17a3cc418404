#pragma once

#include "ports/fence.hpp"
#include "ports/http_client.hpp"

namespace vacuum {

/// Sends nothing behind a closed fence but what only reads. Stands right before the client that sends, after
/// all waiting for a place or for a rate.
class FencedClient final : public HttpClient {
 public:
  /// Both must outlive it.
  FencedClient(HttpClient& client, const Fence& fence) : client_(client), fence_(fence) {}

  Async<Result<HttpResponse, HttpFailure>> send(HttpRequest request) override;

 private:
  HttpClient& client_;
  const Fence& fence_;
};

}  // namespace vacuum
