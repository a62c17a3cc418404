#include "adapters/openstack/servers.hpp"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "adapters/openstack/errors.hpp"
#include "adapters/openstack/page_cursor.hpp"
#include "adapters/openstack/urls.hpp"
#include "base/text.hpp"

namespace vacuum::openstack {
namespace {

constexpr char kResource[] = "/servers/detail";

/// The last server of a page is gone when the next page is asked for.
bool is_lost_marker(const HttpResponse& response) {
  return response.status == 400 && to_lower(error_text(response)).find("marker") != std::string::npos;
}

/// Nova's name filter is a regular expression.
std::string name_query(const MachineName& name) {
  std::string pattern = "^";
  for (const char c : name.text()) {
    const bool plain = c == '-' || c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (!plain) pattern += '\\';
    pattern += c;
  }
  return "?name=" + percent_encode(pattern + "$");
}

bool is_building(const ListedServer& entry) {
  return entry.server.state == MachineState::starting;
}

/// Nova counts some servers that are being built twice: a page then comes short and without a link although
/// more follow. Where any is being built, only an empty page is the end.
std::string link_behind(const std::vector<ListedServer>& servers, std::size_t page_begin) {
  if (servers.size() == page_begin || std::ranges::none_of(servers, is_building)) return {};
  return fmt::format("{}?marker={}", kResource, percent_encode(servers.back().server.id.text()));
}

/// Pages that were read while servers came up may overlap.
void drop_repeated(std::vector<ListedServer>& servers) {
  std::unordered_set<ServerId> seen;
  std::erase_if(servers, [&](const ListedServer& entry) { return !seen.insert(entry.server.id).second; });
}

std::string listing_version(const MicroversionRange& range) {
  const std::string best = range.at_least(kDownCellsVersion);
  return best.empty() ? range.at_least(kEmbeddedFlavorVersion) : best;
}

}  // namespace

Async<CloudResult<std::vector<Server>>> Servers::all(Deadline deadline) {
  CloudResult<std::vector<Server>> servers = co_await list("", deadline);
  if (servers.ok()) co_await faults_.complete(*servers, deadline);
  co_return servers;
}

Async<CloudResult<std::vector<Server>>> Servers::list(std::string query, Deadline deadline) {
  CloudResult<MicroversionRange> range = co_await versions_.get(deadline);
  if (!range.ok()) co_return Failure{std::move(range.error())};
  const std::string microversion = listing_version(*range);
  std::vector<ListedServer> servers;
  CloudResult<bool> complete = co_await read_pages(query, microversion, servers, deadline);
  if (complete.ok() && !*complete) {
    api_.log().info("{}: a server vanished between two pages: the listing is begun again", api_.label());
    servers.clear();
    complete = co_await read_pages(query, microversion, servers, deadline);
  }
  if (!complete.ok()) co_return Failure{std::move(complete.error())};
  if (!*complete) {
    co_return Failure{CloudError{.decision = CloudDecision::retry,
                                 .message = "Nova: GET /servers/detail: servers vanish between its pages"}};
  }
  co_return co_await with_flavors(std::move(servers), deadline);
}

Async<CloudResult<bool>> Servers::read_pages(std::string query, std::string microversion,
                                             std::vector<ListedServer>& servers, Deadline deadline) {
  const bool is_whole_project = query.empty();
  PageCursor cursor(kResource, std::move(query));
  NovaListing listing;
  for (;;) {
    ApiRequest request;
    request.path = cursor.path();
    request.microversion = microversion;
    const std::string what = shown(request);
    CloudResult<HttpResponse> answer = co_await api_.call(std::move(request), deadline);
    if (!answer.ok()) co_return Failure{std::move(answer.error())};
    if (!cursor.is_first_page() && is_lost_marker(*answer)) co_return false;
    if (!is_success(answer->status)) co_return Failure{collection_error(what, *answer, api_.now())};
    const std::size_t page_begin = servers.size();
    Result<std::string, std::string> next = listing.read(answer->body, servers);
    if (!next.ok()) {
      CloudError error = unreadable_error(what, *answer);
      error.message += ": " + next.error();
      co_return Failure{std::move(error)};
    }
    if (next->empty() && is_whole_project) *next = link_behind(servers, page_begin);
    if (next->empty()) break;
    CloudResult<Done> followed = cursor.follow(*next);
    if (!followed.ok()) co_return Failure{std::move(followed.error())};
  }
  if (std::ranges::any_of(servers, is_building)) drop_repeated(servers);
  co_return true;
}

Async<CloudResult<std::vector<Server>>> Servers::with_flavors(std::vector<ListedServer> listed,
                                                              Deadline deadline) {
  std::vector<Server> servers;
  servers.reserve(listed.size());
  for (auto& entry : listed) {
    Server& server = entry.server;
    if (server.processors == 0 && !entry.flavor_id.empty()) {
      CloudResult<std::optional<Flavor>> flavor = co_await flavors_.find(entry.flavor_id, deadline);
      if (!flavor.ok()) co_return Failure{std::move(flavor.error())};
      if (*flavor) {
        server.flavor = (*flavor)->name;
        server.processors = (*flavor)->processors;
        server.memory_mb = (*flavor)->memory_mb;
      }
    }
    servers.push_back(std::move(server));
  }
  co_return servers;
}

Async<CloudResult<std::optional<Server>>> Servers::find(MachineName name, Deadline deadline) {
  CloudResult<std::vector<Server>> listed = co_await list(name_query(name), deadline);
  if (!listed.ok()) co_return Failure{std::move(listed.error())};
  const auto is_it = [&](const Server& server) { return server.name == name; };
  auto found = std::ranges::find_if(
      *listed, [&](const Server& server) { return is_it(server) && server.state != MachineState::deleting; });
  if (found == listed->end()) found = std::ranges::find_if(*listed, is_it);
  if (found == listed->end()) co_return std::optional<Server>();
  co_return std::optional<Server>(std::move(*found));
}

}  // namespace vacuum::openstack
