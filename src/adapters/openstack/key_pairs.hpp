#pragma once

#include <map>
#include <memory>
#include <string>

#include "adapters/openstack/api.hpp"
#include "adapters/openstack/cached.hpp"
#include "adapters/openstack/nova_versions.hpp"
#include "adapters/openstack/public_key.hpp"

namespace vacuum::openstack {

/// Names of the cloud's key pairs by what key they hold.
class KeyPairs {
 public:
  KeyPairs(Api& api, NovaVersions& versions) : api_(api), versions_(versions) {}

  /// The name of the key pair that holds this public key; one is imported where there is none. `refused`
  /// where the line is no public key.
  Async<CloudResult<std::string>> find_or_import(std::string public_key, Deadline deadline);

  /// Nova knows the key pair no more: look again the next time.
  void forget(const std::string& public_key);

 private:
  Async<CloudResult<std::string>> look_up(PublicKey key, Deadline deadline);
  Async<CloudResult<std::string>> find(PublicKey key, Deadline deadline);  ///< empty where there is none
  Async<CloudResult<int>> import(PublicKey key, Deadline deadline);        ///< the status: 2xx or 409

  Api& api_;
  NovaVersions& versions_;
  std::map<std::string, std::shared_ptr<Cached<std::string>>> by_line_;
};

}  // namespace vacuum::openstack
