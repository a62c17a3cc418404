#include "programs/common/make_cloud.hpp"

#include <utility>

#include "adapters/http/curl_client.hpp"
#include "adapters/http/fenced_client.hpp"
#include "adapters/openstack/openstack_cloud.hpp"
#include "base/version.hpp"

namespace vacuum {
namespace {

openstack::Domain domain_of(const KeystoneReference& reference) {
  return {reference.id, reference.name};
}

openstack::Login login_of(const OpenstackOptions& options) {
  if (options.uses_application_credential()) {
    return openstack::ApplicationCredential{.id = options.credential_id, .secret = options.credential_secret};
  }
  return openstack::PasswordLogin{.user_id = options.user_id,
                                  .user_name = options.username,
                                  .user_domain = domain_of(options.user_domain),
                                  .password = options.password,
                                  .project_id = options.project.id,
                                  .project_name = options.project.name,
                                  .project_domain = domain_of(options.project_domain)};
}

openstack::NetworkChoice network_of(const OpenstackOptions& options) {
  if (options.network_uuid.empty()) return openstack::NetworkByNova{};
  if (options.network_uuid == "none") return openstack::NoNetwork{};
  return openstack::NetworkIds{{options.network_uuid}};
}

openstack::Account account_of(const SpaceName& space, const OpenstackOptions& options) {
  openstack::Account account;
  account.label = space.text();
  account.auth_url = options.url;
  account.login = login_of(options);
  account.region = options.region;
  account.interface = options.interface;
  account.security_groups = options.security_groups;
  account.network = network_of(options);
  account.request_timeout = options.request_timeout;
  account.requests_in_flight = options.requests_in_flight;
  account.requests_per_second = options.requests_per_second.value_or(0);
  return account;
}

/// A cloud together with the client it speaks through.
struct ConnectedCloud {
  ConnectedCloud(boost::asio::any_io_executor executor, CurlClientOptions options, const Fence& fence)
      : http(std::move(executor), std::move(options)), fenced(http, fence) {}
  CurlClient http;
  FencedClient fenced;
  std::unique_ptr<Cloud> cloud;
};

}  // namespace

std::shared_ptr<Cloud> make_cloud(const SpaceConfiguration& space, boost::asio::any_io_executor executor,
                                  Clock& clock, Log& log, const Fence& fence) {
  const auto& options = std::get<OpenstackOptions>(space.cloud);
  CurlClientOptions http_options;
  http_options.ca_file = options.ca_file;
  http_options.max_connections_per_host = options.requests_in_flight;
  http_options.user_agent = fmt::format("vacuum/{}", version());
  auto connected = std::make_shared<ConnectedCloud>(std::move(executor), std::move(http_options), fence);
  connected->cloud = openstack::make_openstack_cloud(account_of(space.settings.name, options),
                                                     connected->fenced, clock, log);
  Cloud* cloud = connected->cloud.get();
  return {std::move(connected), cloud};
}

}  // namespace vacuum
