#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapters/openstack/api.hpp"
#include "adapters/openstack/nova_listing.hpp"
#include "adapters/openstack/page_cursor.hpp"

namespace vacuum::openstack {

/// Walks once over the pages of a listing of servers. A server may be on two pages where servers came up
/// meanwhile.
class ServerPages {
 public:
  /// What ends a listing. Nova counts some servers that are being built twice: a page then comes short and
  /// without a link although more follow.
  enum class End : std::uint8_t {
    page_without_link,
    sure,  ///< where any server is being built only an empty page is the end
  };

  /// `query`: with its '?', or empty.
  ServerPages(Api& api, std::string query, std::string microversion, End end);

  /// The next page; a page may be empty. Precondition: not is_over().
  Async<CloudResult<std::vector<ListedServer>>> next(Deadline deadline);

  [[nodiscard]] bool is_over() const { return over_; }
  /// It is over too early: the last server of a page was gone when the next was asked for.
  [[nodiscard]] bool lost_its_place() const { return lost_; }
  /// How many pages showed servers.
  [[nodiscard]] int pages() const { return pages_; }
  /// A time by Nova's clock that is not later than when the first page was put together: its Date, else the
  /// latest change that the pages showed; nothing where Nova tells neither.
  [[nodiscard]] std::optional<TimePoint> answered() const { return answered_ ? answered_ : latest_change_; }

 private:
  [[nodiscard]] std::string link_behind(const std::vector<ListedServer>& page) const;
  void note_time(const HttpResponse& answer, Milliseconds took);
  void note_changes(const std::vector<ListedServer>& page, Milliseconds since_begin);

  Api& api_;
  std::string query_;
  std::string microversion_;
  End end_;
  PageCursor cursor_;
  NovaListing listing_;
  bool is_building_ = false;
  bool over_ = false;
  bool lost_ = false;
  int pages_ = 0;
  std::optional<Milliseconds> begun_;  ///< when the first page was asked for, monotonic
  std::optional<TimePoint> answered_;
  std::optional<TimePoint> latest_change_;
};

}  // namespace vacuum::openstack
