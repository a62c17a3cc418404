#pragma once

#include <cstdint>

#include "ports/http_service.hpp"
#include "sim/cloud_model.hpp"
#include "sim/openstack_api/api_request.hpp"
#include "sim/openstack_api/identity.hpp"

namespace vacuum::sim {

/// The OpenStack APIs of a cloud model: Keystone v3 below /identity, Nova v2.1 below /compute, Glance v2
/// below /image and the list of networks of Neutron below /network. Keystone's /v3, Nova's /v2.1 and Glance's
/// /v2 also answer at the root.
class OpenstackApi {
 public:
  /// `model` outlives this.
  OpenstackApi(IdentitySettings identity, CloudModel& model, std::uint64_t seed)
      : model_(model), identity_(std::move(identity), model, seed), passwords_(seed + 1) {}

  /// Answers a request that belongs to one of the services; nothing for any other path.
  [[nodiscard]] std::optional<ServedResponse> handle(const ServedRequest& request, Moment now);

  [[nodiscard]] Identity& identity() { return identity_; }

 private:
  /// What a request to Nova carries once it is let in.
  struct ComputeCall {
    const ApiRequest& request;
    const Token& token;
    int microversion = 1;  ///< the minor number
  };

  ServedResponse identity_service(const ApiRequest& request);
  ServedResponse create_token(const ApiRequest& request);
  ServedResponse show_token(const ApiRequest& request, std::string_view text, const Token& token,
                            int status) const;
  ServedResponse validate_token(const ApiRequest& request);
  [[nodiscard]] std::string catalog(const ApiRequest& request) const;

  ServedResponse compute_service(const ApiRequest& request);
  ServedResponse route_compute(const ComputeCall& call);
  ServedResponse create_server(const ComputeCall& call);
  ServedResponse list_servers(const ComputeCall& call, bool detail) const;
  ServedResponse show_server(const ComputeCall& call) const;
  ServedResponse delete_server(const ComputeCall& call);
  ServedResponse list_flavors(const ComputeCall& call, bool detail) const;
  ServedResponse show_flavor(const ComputeCall& call) const;
  ServedResponse limits(const ComputeCall& call) const;
  ServedResponse zones(const ComputeCall& call) const;
  ServedResponse list_key_pairs(const ComputeCall& call) const;
  ServedResponse show_key_pair(const ComputeCall& call) const;
  ServedResponse create_key_pair(const ComputeCall& call);
  ServedResponse delete_key_pair(const ComputeCall& call);

  ServedResponse image_service(const ApiRequest& request);
  ServedResponse network_service(const ApiRequest& request) const;

  CloudModel& model_;
  Identity identity_;
  RandomStream passwords_;
  std::uint64_t requests_ = 0;
};

}  // namespace vacuum::sim
