#include "adapters/openstack/servers.hpp"

#include <cctype>

#include "adapters/openstack/urls.hpp"

namespace vacuum::openstack {
namespace {

constexpr int kAttempts = 2;

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

std::string changes_query(const std::optional<ListingMark>& since) {
  return since ? "?changes-since=" + percent_encode(format_iso8601(since->time)) : std::string();
}

CloudError lost_twice() {
  return {.decision = CloudDecision::retry,
          .message = "Nova: GET /servers/detail: servers vanish between its pages"};
}

}  // namespace

Async<CloudResult<std::string>> Servers::listing_version(Deadline deadline) {
  CloudResult<MicroversionRange> range = co_await versions_.get(deadline);
  if (!range.ok()) co_return Failure{std::move(range.error())};
  std::string best = range->at_least(kDownCellsVersion);
  if (best.empty()) best = range->at_least(kEmbeddedFlavorVersion);
  co_return best;
}

Async<CloudResult<std::optional<ListingMark>>> Servers::list(std::optional<ListingMark> since,
                                                             PageReceiver receive, Deadline deadline) {
  CloudResult<std::string> version = co_await listing_version(deadline);
  if (!version.ok()) co_return Failure{std::move(version.error())};
  const Listing listing = since ? Listing::of_changes : Listing::of_all;
  faults_.begin(listing);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    ServerPages pages(api_, changes_query(since), *version, ServerPages::End::sure);
    CloudResult<Done> done = co_await read(pages, listing, receive, deadline);
    if (!done.ok()) co_return Failure{std::move(done.error())};
    if (pages.lost_its_place()) {
      api_.log().info("{}: a server vanished between two pages: the listing is begun again", api_.label());
      continue;
    }
    const bool is_worth_it = since || pages.pages() > 1;
    if (!is_worth_it || !pages.answered()) co_return std::optional<ListingMark>();
    co_return ListingMark{*pages.answered()};
  }
  co_return Failure{lost_twice()};
}

Async<CloudResult<Done>> Servers::read(ServerPages& pages, Listing listing, PageReceiver receive,
                                       Deadline deadline) {
  while (!pages.is_over()) {
    CloudResult<std::vector<ListedServer>> listed = co_await pages.next(deadline);
    if (!listed.ok()) co_return Failure{std::move(listed.error())};
    CloudResult<ServerPage> page = co_await complete(std::move(*listed), listing, deadline);
    if (!page.ok()) co_return Failure{std::move(page.error())};
    receive(*page);
  }
  co_return Done{};
}

/// Adds what Nova tells elsewhere: what a flavor has, and why a server failed.
Async<CloudResult<ServerPage>> Servers::complete(std::vector<ListedServer> listed, Listing listing,
                                                 Deadline deadline) {
  ServerPage page;
  page.servers.reserve(listed.size());
  for (auto& entry : listed) {
    Server& server = entry.server;
    if (entry.gone && listing == Listing::of_changes) {
      page.gone.push_back({std::move(server.name), std::move(server.id)});
      continue;
    }
    if (server.processors == 0 && !entry.flavor_id.empty()) {
      CloudResult<std::optional<Flavor>> flavor = co_await flavors_.find(entry.flavor_id, deadline);
      if (!flavor.ok()) co_return Failure{std::move(flavor.error())};
      if (*flavor) {
        server.flavor = (*flavor)->name;
        server.processors = (*flavor)->processors;
        server.memory_mb = (*flavor)->memory_mb;
      }
    }
    page.servers.push_back(std::move(server));
  }
  co_await faults_.complete(page.servers, deadline);
  co_return page;
}

Async<CloudResult<std::optional<Server>>> Servers::find(MachineName name, Deadline deadline) {
  CloudResult<std::string> version = co_await listing_version(deadline);
  if (!version.ok()) co_return Failure{std::move(version.error())};
  std::optional<Server> found;
  PageReceiver receive = [&](const ServerPage& page) {
    for (const Server& server : page.servers) {
      if (server.name != name) continue;
      if (!found || found->state == MachineState::deleting) found = server;
    }
  };
  ServerPages pages(api_, name_query(name), *version, ServerPages::End::page_without_link);
  CloudResult<Done> done = co_await read(pages, Listing::of_all, std::move(receive), deadline);
  if (!done.ok()) co_return Failure{std::move(done.error())};
  if (pages.lost_its_place()) co_return Failure{lost_twice()};
  co_return found;
}

}  // namespace vacuum::openstack
