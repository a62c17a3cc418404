#pragma once

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "ports/http_client.hpp"

namespace vacuum {

struct CurlClientOptions {
  std::string ca_file;       ///< PEM file of trusted authorities; empty: the system's
  std::string ca_directory;  ///< trusted beside them: PEM files named by their hash (IGTF); empty: none
  long max_connections_per_host = 32;   ///< requests beyond it wait for a connection, within their timeout
  Milliseconds connect_timeout{10000};  ///< name, TCP and TLS
  std::string user_agent = "vacuum";
};

/// HttpClient over libcurl on the caller's event loop: HTTP/1.1, HTTP/2 where TLS offers it, proxies from the
/// environment (http_proxy, https_proxy, no_proxy). TLS peers are always verified, only http and https are
/// spoken.
///
/// Requests with files run on threads of their own, at most two at once, so that no disk stops the loop.
///
/// The destructor ends the requests that are under way; their coroutines get a failure.
class CurlClient final : public HttpClient {
 public:
  explicit CurlClient(boost::asio::any_io_executor executor, CurlClientOptions options = {});
  ~CurlClient() override;
  CurlClient(const CurlClient&) = delete;
  CurlClient& operator=(const CurlClient&) = delete;

  Async<Result<HttpResponse, HttpFailure>> send(HttpRequest request) override;

 private:
  std::shared_ptr<class CurlLoop> loop_;
  std::unique_ptr<class CurlFileWorker> file_worker_;  ///< made when first needed
};

}  // namespace vacuum
