#pragma once

#include <memory>

#include "adapters/openstack/account.hpp"
#include "ports/clock.hpp"
#include "ports/cloud.hpp"
#include "ports/http_client.hpp"
#include "ports/log.hpp"

namespace vacuum::openstack {

/// The Cloud port on an OpenStack project: Keystone v3, Nova 2.1 and later, Glance 2. Logs in at the first
/// call.
///
/// The ports must outlive the cloud, and the cloud every call of it that is under way.
[[nodiscard]] std::unique_ptr<Cloud> make_openstack_cloud(Account account, HttpClient& http, Clock& clock,
                                                          Log& log);

}  // namespace vacuum::openstack
