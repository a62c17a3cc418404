#pragma once

#include "ports/clock.hpp"
#include "ports/http_client.hpp"

namespace vacuum {

/// An HttpClient whose GET and HEAD follow redirects, a few of them, within the request's time. Never from
/// https to http: what was asked for with the server verified is not taken from one that is not. Nor from a
/// public host to one inside the site: a stranger's server must not choose what we read there.
class RedirectFollower final : public HttpClient {
 public:
  RedirectFollower(HttpClient& http, Clock& clock) : http_(http), clock_(clock) {}

  Async<Result<HttpResponse, HttpFailure>> send(HttpRequest request) override;

 private:
  HttpClient& http_;
  Clock& clock_;
};

/// Where a redirect from `url` leads: an absolute URL without a fragment, or why it is not followed.
[[nodiscard]] Result<std::string, std::string> redirect_target(const std::string& url,
                                                               std::string_view location);

}  // namespace vacuum
