#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>

#include "ports/cloud.hpp"

namespace vacuum::openstack {

struct Endpoint {
  std::string service;  ///< type: "compute", "image"
  std::string interface;
  std::string region;
  std::string url;
};

/// The service catalogue that comes with a token.
class Catalogue {
 public:
  Catalogue() = default;
  explicit Catalogue(std::vector<Endpoint> endpoints) : endpoints_(std::move(endpoints)) {}
  /// Entries that are odd are left out.
  [[nodiscard]] static Catalogue from_json(const boost::json::array& services);

  /// The service's URL. An empty region takes the first of the catalogue. Where there is none, the error
  /// (give_up) says what there is.
  [[nodiscard]] CloudResult<std::string> find(std::string_view service, std::string_view interface,
                                              std::string_view region) const;

 private:
  [[nodiscard]] std::string listed() const;

  std::vector<Endpoint> endpoints_;
};

}  // namespace vacuum::openstack
