#pragma once

#include <map>
#include <memory>
#include <string>

#include "adapters/openstack/api.hpp"
#include "adapters/openstack/cached.hpp"

namespace vacuum::openstack {

/// Images by name. What was found is good for some minutes.
class Images {
 public:
  explicit Images(Api& api) : api_(api) {}

  /// The id of the active image of this name; of several the newest. refused (Fault image) where there is
  /// none.
  Async<CloudResult<std::string>> find(std::string name, Deadline deadline);

  /// Nova could not use it: ask Glance again the next time.
  void forget(const std::string& name);

 private:
  Async<CloudResult<std::string>> look_up(std::string name, Deadline deadline);

  Api& api_;
  std::map<std::string, std::shared_ptr<Cached<std::string>>> by_name_;
};

}  // namespace vacuum::openstack
