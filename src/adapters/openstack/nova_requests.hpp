#pragma once

#include <optional>
#include <string>

#include "adapters/openstack/account.hpp"
#include "ports/cloud.hpp"
#include "ports/http_client.hpp"

namespace vacuum::openstack {

/// Why Nova would refuse a request for a VM in any case; nothing where it may do it. Checked before it is
/// sent: Nova's own refusal would repeat the user_data.
[[nodiscard]] std::optional<CloudError> find_fault(const ServerRequest& request);

/// The body of POST /servers (spec 6).
[[nodiscard]] std::string create_body(const ServerRequest& request, const Account& account,
                                      const std::string& image_id, const std::string& key_name);

/// What Nova's answer to POST /servers means. An answer that may come after the deed is `unsure`.
[[nodiscard]] CloudResult<ServerId> read_create_answer(const HttpResponse& response, TimePoint now);

}  // namespace vacuum::openstack
