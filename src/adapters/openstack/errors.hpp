#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "ports/cloud.hpp"
#include "ports/http_client.hpp"

namespace vacuum::openstack {

/// The service's own words in an error body of any of its shapes: one line, printable, bounded. What the
/// service echoes of our request (user_data, credentials) is cut off. Empty where nothing is to be had.
[[nodiscard]] std::string error_text(const HttpResponse& response);

/// The header Retry-After, in seconds or as a date; never negative.
[[nodiscard]] std::optional<Seconds> retry_after(const HttpHeaders& headers, TimePoint now);

/// Whether the service may answer well when asked again.
[[nodiscard]] bool is_passing(int status);
[[nodiscard]] constexpr bool is_success(int status) {
  return status >= 200 && status < 300;
}

/// What a status beyond 2xx means for a request that changes nothing when repeated. `what` names the request.
[[nodiscard]] CloudError status_error(std::string_view what, const HttpResponse& response, TimePoint now);

/// The same for something that every such API has: 404 means that this is none.
[[nodiscard]] CloudError collection_error(std::string_view what, const HttpResponse& response, TimePoint now);

/// A 2xx answer that is not what the API answers.
[[nodiscard]] CloudError unreadable_error(std::string_view what, const HttpResponse& response);

/// No whole answer came. `may_be_done`: the request changes something, it is not known whether it was carried
/// out.
[[nodiscard]] CloudError failure_error(const HttpFailure& failure, bool may_be_done);

}  // namespace vacuum::openstack
