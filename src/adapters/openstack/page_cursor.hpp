#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "adapters/openstack/api.hpp"

namespace vacuum::openstack {

/// Where a listing of several pages stands. Ends in a bounded number of pages, whatever the service says.
class PageCursor {
 public:
  /// `resource`: the path of the listing, without a query; `query` of the first page, with its '?', or empty.
  PageCursor(std::string resource, std::string query);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool is_first_page() const { return seen_.size() == 1; }

  /// Goes to the page that a link leads to; an error (retry) where it leads elsewhere, in a circle, or too
  /// far.
  [[nodiscard]] CloudResult<Done> follow(std::string_view link);

 private:
  std::string resource_;
  std::string path_;
  std::set<std::string> seen_;
};

/// The listing to read and where its pages name the next one.
struct PagedRequest {
  ApiRequest first;          ///< its path holds the query
  std::string links_member;  ///< "flavors_links": a list of rel and href; or "next": the link itself
};

/// Answers false where the page is not what it should be.
using PageReader = std::function<bool(const boost::json::object& page)>;

/// Reads all pages of a listing that is not large.
Async<CloudResult<Done>> read_pages(Api& api, PagedRequest request, PageReader reader, Deadline deadline);

}  // namespace vacuum::openstack
