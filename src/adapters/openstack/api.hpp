#pragma once

#include <cstdint>
#include <string>

#include "adapters/openstack/keystone_session.hpp"

namespace vacuum::openstack {

/// Whose endpoint a request's path follows.
enum class Service : std::uint8_t {
  nova,
  nova_version,  ///< Nova's root of a version: no project in the path
  glance,
};

enum class Repeat : std::uint8_t {
  safe,   ///< repeated a few times where the service is passingly unwell
  never,  ///< asked once; a lost answer is `unsure`
};

struct ApiRequest {
  Service service = Service::nova;
  std::string method = "GET";
  std::string path;          ///< with the query
  std::string body;          ///< JSON
  std::string microversion;  ///< of Nova, "2.69"; empty: 2.1
  Repeat repeat = Repeat::safe;
  std::string body_file = {};                       ///< path of what is sent in place of `body`, as bytes
  std::shared_ptr<TransferProgress> progress = {};  ///< of a body_file
};

/// Requests with a token. After a 401 a new token is fetched and the request asked once more: a request that
/// was not let in was not carried out.
class Api {
 public:
  Api(const Account& account, Transport& transport);

  /// Any answer of the service; an error where there was none.
  Async<CloudResult<HttpResponse>> call(ApiRequest request, Deadline deadline);
  /// A 2xx answer; anything else is an error. For what every such API has.
  Async<CloudResult<HttpResponse>> call_ok(ApiRequest request, Deadline deadline);

  [[nodiscard]] Clock& clock() const { return transport_.clock(); }
  [[nodiscard]] Log& log() const { return transport_.log(); }
  [[nodiscard]] const std::string& label() const { return transport_.label(); }
  [[nodiscard]] TimePoint now() const { return transport_.clock().now(); }

 private:
  [[nodiscard]] CloudResult<std::string> base_url(Service service, const Session& session) const;
  [[nodiscard]] static HttpRequest http_request(const ApiRequest& request, const std::string& base,
                                                const Session& session);

  const Account& account_;
  Transport& transport_;
  KeystoneSession keystone_;
};

/// "GET /servers/detail" for messages: without the query.
[[nodiscard]] std::string shown(const ApiRequest& request);

}  // namespace vacuum::openstack
