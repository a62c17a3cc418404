#pragma once

#include <boost/asio/thread_pool.hpp>

#include "adapters/http/curl_transfer.hpp"
#include "ports/async.hpp"

namespace vacuum {

/// Exchanges with files, each on a thread while it lasts.
class CurlFileWorker {
 public:
  explicit CurlFileWorker(CurlClientOptions options);
  /// Ends what is under way, within about a second.
  ~CurlFileWorker();
  CurlFileWorker(const CurlFileWorker&) = delete;
  CurlFileWorker& operator=(const CurlFileWorker&) = delete;

  /// The request's timeout counts from here on, the wait for a thread included.
  Async<HttpOutcome> exchange(HttpRequest request);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace vacuum
