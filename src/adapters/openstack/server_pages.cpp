#include "adapters/openstack/server_pages.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "adapters/openstack/errors.hpp"
#include "adapters/openstack/urls.hpp"
#include "base/http_date.hpp"
#include "base/text.hpp"

namespace vacuum::openstack {
namespace {

constexpr char kResource[] = "/servers/detail";

bool is_lost_marker(const HttpResponse& response) {
  return response.status == 400 && to_lower(error_text(response)).find("marker") != std::string::npos;
}

bool is_building(const ListedServer& entry) {
  return entry.server.state == MachineState::starting;
}

}  // namespace

ServerPages::ServerPages(Api& api, std::string query, std::string microversion, End end)
    : api_(api),
      query_(std::move(query)),
      microversion_(std::move(microversion)),
      end_(end),
      cursor_(kResource, query_) {}

Async<CloudResult<std::vector<ListedServer>>> ServerPages::next(Deadline deadline) {
  ApiRequest request;
  request.path = cursor_.path();
  request.microversion = microversion_;
  const std::string what = shown(request);
  std::vector<ListedServer> page;
  if (!begun_) begun_ = api_.clock().monotonic();
  CloudResult<HttpResponse> answer = co_await api_.call(std::move(request), deadline);
  if (!answer.ok()) co_return Failure{std::move(answer.error())};
  if (!cursor_.is_first_page() && is_lost_marker(*answer)) {
    lost_ = over_ = true;
    co_return page;
  }
  if (!is_success(answer->status)) co_return Failure{collection_error(what, *answer, api_.now())};
  const Milliseconds since_begin = api_.clock().monotonic() - *begun_;
  if (cursor_.is_first_page()) note_time(*answer, since_begin);
  Result<std::string, std::string> link = listing_.read(answer->body, page);
  if (!link.ok()) {
    CloudError error = unreadable_error(what, *answer);
    error.message += ": " + link.error();
    co_return Failure{std::move(error)};
  }
  is_building_ = is_building_ || std::ranges::any_of(page, is_building);
  if (!page.empty()) ++pages_;
  note_changes(page, since_begin);
  if (link->empty()) *link = link_behind(page);
  over_ = link->empty();
  if (over_) co_return page;
  CloudResult<Done> followed = cursor_.follow(*link);
  if (!followed.ok()) co_return Failure{std::move(followed.error())};
  co_return page;
}

/// Where to look although the page has no link; empty: nowhere.
std::string ServerPages::link_behind(const std::vector<ListedServer>& page) const {
  if (page.empty() || !is_building_ || end_ == End::page_without_link) return {};
  return fmt::format("{}{}{}marker={}", kResource, query_, query_.empty() ? '?' : '&',
                     percent_encode(page.back().server.id.text()));
}

/// Nova tells when it had answered: what it looked at may be as old as the request.
void ServerPages::note_time(const HttpResponse& answer, Milliseconds took) {
  const auto date = parse_http_date(header_value(answer.headers, "Date"));
  if (date) answered_ = *date - std::chrono::ceil<Seconds>(took);
}

/// What a later page shows may have changed after the first was put together, and not later than it came.
void ServerPages::note_changes(const std::vector<ListedServer>& page, Milliseconds since_begin) {
  for (const ListedServer& entry : page) {
    if (!entry.server.updated) continue;
    const TimePoint change = *entry.server.updated - std::chrono::ceil<Seconds>(since_begin);
    latest_change_ = std::max(latest_change_.value_or(change), change);
  }
}

}  // namespace vacuum::openstack
