#include <algorithm>

#include "sim/cloud_model.hpp"

namespace vacuum::sim {
namespace {

bool wanted(const CloudServer& server, const ServerQuery& query) {
  if (query.statuses && std::ranges::find(*query.statuses, server.status) == query.statuses->end())
    return false;
  if (query.name && !query.name->matches(server.name)) return false;
  return !query.changes_since || server.updated >= *query.changes_since;
}

ListingKey key_of(const CloudServer& server) {
  return {in_seconds(server.created), server.id};
}

}  // namespace

const CloudServer* CloudModel::find(std::size_t project, std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() || found->second->project != project ? nullptr : found->second;
}

std::vector<const CloudServer*> CloudModel::all() const {
  std::vector<const CloudServer*> servers;
  servers.reserve(servers_.size());
  for (const auto& [serial, server] : servers_) servers.push_back(server.get());
  std::ranges::sort(servers, {}, &CloudServer::serial);
  return servers;
}

ServerPage CloudModel::list(std::size_t project, const ServerQuery& query) const {
  if (query.changes_since) return list_changes(project, query);
  const CloudProject& owner = projects_.at(project);
  ServerPage page;
  auto at = owner.listing.begin();
  if (query.marker) {
    const CloudServer* marker = find(project, *query.marker);
    if (!marker) return {{}, false};
    at = owner.listing.upper_bound(key_of(*marker));
  } else if (const auto exact = query.name ? query.name->exact_name() : std::nullopt) {
    const auto [from, to] = owner.by_name.equal_range(*exact);
    for (auto entry = from; entry != to && page.servers.size() < query.limit; ++entry)
      if (wanted(*entry->second, query)) page.servers.push_back(entry->second);
    std::ranges::sort(page.servers, {}, [](const CloudServer* server) { return key_of(*server); });
    return page;
  }
  for (; at != owner.listing.end() && page.servers.size() < query.limit; ++at)
    if (wanted(*at->second, query)) page.servers.push_back(at->second);
  return page;
}

ServerPage CloudModel::list_changes(std::size_t project, const ServerQuery& query) const {
  std::vector<const CloudServer*> changed;
  for (const auto& [key, server] : projects_.at(project).listing)
    if (wanted(*server, query)) changed.push_back(server);
  for (const auto& server : gone_)
    if (server->project == project && wanted(*server, query)) changed.push_back(server.get());
  std::ranges::sort(changed, {}, [](const CloudServer* server) { return key_of(*server); });
  auto from = changed.begin();
  if (query.marker) {
    const auto marker = std::ranges::find(changed, *query.marker, &CloudServer::id);
    if (marker == changed.end()) return {{}, false};
    from = marker + 1;
  }
  const auto count = std::min<std::size_t>(query.limit, static_cast<std::size_t>(changed.end() - from));
  return {{from, from + static_cast<std::ptrdiff_t>(count)}, true};
}

}  // namespace vacuum::sim
