#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "base/result.hpp"
#include "ports/cloud.hpp"

namespace vacuum::openstack {

/// A server of a page, and the id of its flavor where the page does not tell what the flavor has
/// (before 2.47).
struct ListedServer {
  Server server;
  std::string flavor_id;
  bool gone = false;  ///< deleted, for good or for a time: a listing of all does not show it
};

/// Reads pages of /servers/detail in one pass, without building a document: only what a Server holds is kept.
///
/// A page is whole or an error: a server without id, name or status (its cell is down) spoils it, since what
/// cannot be counted must not be missed; other oddities of a server do not.
class NovaListing {
 public:
  /// Adds the page's servers to `servers` and answers the link to the next page, or an empty one. `page` is
  /// only read; its capacity may grow. On an error `servers` holds a part.
  [[nodiscard]] Result<std::string, std::string> read(std::string& page, std::vector<ListedServer>& servers);

 private:
  simdjson::ondemand::parser parser_;
};

}  // namespace vacuum::openstack
