#include <algorithm>

#include "sim/cloud_model.hpp"

namespace vacuum::sim {
namespace {

bool wanted(const CloudServer& server, const ServerQuery& query) {
  if (query.statuses && std::ranges::find(*query.statuses, server.status) == query.statuses->end())
    return false;
  return !query.name || query.name->matches(server.name);
}

ListingKey key_of(const CloudServer& server) {
  return {in_seconds(server.created), server.id};
}

}  // namespace

const CloudServer* CloudModel::find(std::size_t project, std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() || found->second->project != project ? nullptr : found->second;
}

const CloudServer* CloudModel::find_remembered(std::size_t project, std::string_view id) const {
  if (const CloudServer* server = find(project, id)) return server;
  const auto gone = gone_by_id_.find(id);
  return gone == gone_by_id_.end() || gone->second->project != project ? nullptr : gone->second;
}

std::vector<const CloudServer*> CloudModel::all() const {
  std::vector<const CloudServer*> servers;
  servers.reserve(servers_.size());
  for (const auto& [serial, server] : servers_) servers.push_back(server.get());
  std::ranges::sort(servers, {}, &CloudServer::serial);
  return servers;
}

/// A page goes on behind a server that is gone, too, while it is remembered.
ServerPage CloudModel::list(std::size_t project, const ServerQuery& query) const {
  std::optional<ListingKey> behind;
  if (query.marker) {
    const CloudServer* marker = find_remembered(project, *query.marker);
    if (!marker) return {{}, false};
    behind = key_of(*marker);
  }
  if (query.changes_since || query.changes_before) return list_changes(project, query, behind);
  const CloudProject& owner = projects_.at(project);
  ServerPage page;
  if (const auto exact = query.name ? query.name->exact_name() : std::nullopt; exact && !behind) {
    const auto [from, to] = owner.by_name.equal_range(*exact);
    for (auto entry = from; entry != to && page.servers.size() < query.limit; ++entry)
      if (wanted(*entry->second, query)) page.servers.push_back(entry->second);
    std::ranges::sort(page.servers, {}, [](const CloudServer* server) { return key_of(*server); });
    return page;
  }
  auto at = behind ? owner.listing.upper_bound(*behind) : owner.listing.begin();
  for (; at != owner.listing.end() && page.servers.size() < query.limit; ++at)
    if (wanted(*at->second, query)) page.servers.push_back(at->second);
  return page;
}

ServerPage CloudModel::list_changes(std::size_t project, const ServerQuery& query,
                                    std::optional<ListingKey> behind) const {
  std::vector<const CloudServer*> changed;
  const auto consider = [&](const CloudServer& server) {
    if (wanted(server, query) && (!behind || key_of(server) > *behind)) changed.push_back(&server);
  };
  const CloudProject& owner = projects_.at(project);
  for (const auto& [serial, server] : owner.unplaced) consider(*server);
  auto at = query.changes_since ? owner.changes.lower_bound({*query.changes_since}) : owner.changes.begin();
  for (; at != owner.changes.end(); ++at) {
    if (query.changes_before && at->first.updated > *query.changes_before) break;
    consider(*at->second);
  }
  const auto count = static_cast<std::ptrdiff_t>(std::min(query.limit, changed.size()));
  std::ranges::partial_sort(changed, changed.begin() + count, {},
                            [](const CloudServer* server) { return key_of(*server); });
  changed.resize(static_cast<std::size_t>(count));
  return {std::move(changed), true};
}

}  // namespace vacuum::sim
