#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "adapters/openstack/api.hpp"
#include "adapters/openstack/cached.hpp"

namespace vacuum::openstack {

/// What /flavors/detail told.
struct FlavorTable {
  std::vector<Flavor> offered;          ///< those that may be used for new VMs
  std::map<std::string, Flavor> by_id;  ///< all
};

/// The flavors of a project; they are looked up anew every few minutes.
class Flavors {
 public:
  explicit Flavors(Api& api) : api_(api), table_(api.clock(), kLifetime) {}

  Async<CloudResult<std::shared_ptr<const FlavorTable>>> table(Deadline deadline);

  /// The flavor of a VM that exists. Nothing where the flavor has been removed since.
  Async<CloudResult<std::optional<Flavor>>> find(std::string id, Deadline deadline);

 private:
  static constexpr Milliseconds kLifetime{300000};
  Async<CloudResult<std::shared_ptr<const FlavorTable>>> load(Deadline deadline);

  Api& api_;
  Cached<std::shared_ptr<const FlavorTable>> table_;
  std::map<std::string, std::optional<Flavor>> not_listed_;  ///< asked for one by one; bounded
};

/// A flavor in Nova's JSON; nothing where id, name or processors are missing.
[[nodiscard]] std::optional<Flavor> read_flavor(const boost::json::object& flavor);

}  // namespace vacuum::openstack
