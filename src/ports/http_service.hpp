#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "ports/async.hpp"
#include "ports/http_client.hpp"

namespace vacuum {

/// A request that a server of ours received.
struct ServedRequest {
  std::string method;
  std::string target;  ///< path and query, as sent
  HttpHeaders headers;
  std::string body;
  std::string peer;  ///< address of the other end
  bool over_tls = false;
  std::optional<std::string> client_dn;  ///< of a verified client certificate, slash form, proxies stripped
  std::string client_problem;  ///< why the certificate that the client showed was not accepted; may be empty
};

/// How an answer leaves: all but `whole` are for provoking faults.
enum class Delivery : std::uint8_t {
  whole,
  dropped,    ///< the connection is closed without an answer
  truncated,  ///< the connection is closed in the middle of the body
};

struct ServedResponse {
  int status = 200;
  HttpHeaders headers;
  std::string body;
  Delivery delivery = Delivery::whole;
  std::string identity;  ///< for the access log: whom the request was allowed as; empty for anybody
};

using HttpHandler = std::function<Async<ServedResponse>(ServedRequest)>;

/// Looks at a request whose body is still to come; an answer means that the body is not wanted.
using HeadCheck = std::function<std::optional<ServedResponse>(const ServedRequest&)>;

/// Judges the certificates that a client showed, each as DER, its own first: the DN that they prove, or why
/// they are not believed. That the client holds the first one's key is proven already. Asked once per
/// connection, on any thread.
using ClientVerifier = std::function<Result<std::string, std::string>(const std::vector<std::string>& chain)>;

}  // namespace vacuum
