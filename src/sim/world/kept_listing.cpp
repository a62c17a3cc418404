#include "sim/world/kept_listing.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace vacuum::sim {
namespace {

/// Small ones are cheap to change.
constexpr std::size_t kServersOfAPage = 128;

ListingKey key_of(const Server& server) {
  return {server.created, server.id.text()};
}

}  // namespace

KeptListing::KeptListing(CloudModel& model, Describe describe)
    : model_(model), describe_(std::move(describe)) {
  model_.on_change = [this](const CloudServer& server) {
    if (server.project == 0) changed_.push_back({in_seconds(server.created), server.id});
  };
  for (const CloudServer* server : model_.all()) model_.on_change(*server);
}

std::vector<ListedPage> KeptListing::pages() {
  for (const Place& place : changed_) refresh(place);
  changed_.clear();
  return {pages_.begin(), pages_.end()};
}

void KeptListing::refresh(const Place& place) {
  const ListingKey key{place.created, place.id};
  const auto is_before = [&](const std::shared_ptr<vacuum::ServerPage>& page) {
    return key_of(page->servers.back()) < key;
  };
  const auto page =
      static_cast<std::size_t>(std::ranges::partition_point(pages_, is_before) - pages_.begin());
  std::size_t at = 0;
  bool is_kept = false;
  if (page < pages_.size()) {
    const auto& servers = pages_[page]->servers;
    const auto found = std::ranges::lower_bound(servers, key, {}, key_of);
    at = static_cast<std::size_t>(found - servers.begin());
    is_kept = key_of(*found) == key;
  }
  const CloudServer* server = model_.find(0, place.id);
  if (server == nullptr) {
    if (is_kept) erase(page, at);
  } else if (is_kept) {
    to_change(page)[at] = describe_(*server);
  } else {
    insert(page, at, describe_(*server));
  }
}

std::vector<Server>& KeptListing::to_change(std::size_t page) {
  auto& kept = pages_[page];
  if (kept.use_count() > 1) kept = std::make_shared<vacuum::ServerPage>(*kept);
  return kept->servers;
}

/// `page` may be one behind the last: it then becomes the last of that.
void KeptListing::insert(std::size_t page, std::size_t at, Server server) {
  if (pages_.empty()) pages_.push_back(std::make_shared<vacuum::ServerPage>());
  if (page == pages_.size()) at = pages_[--page]->servers.size();
  auto& servers = to_change(page);
  servers.insert(servers.begin() + static_cast<std::ptrdiff_t>(at), std::move(server));
  if (servers.size() <= kServersOfAPage) return;
  const auto half = servers.begin() + static_cast<std::ptrdiff_t>(servers.size() / 2);
  auto rest = std::make_shared<vacuum::ServerPage>();
  rest->servers.assign(std::make_move_iterator(half), std::make_move_iterator(servers.end()));
  servers.erase(half, servers.end());
  pages_.insert(pages_.begin() + static_cast<std::ptrdiff_t>(page) + 1, std::move(rest));
}

void KeptListing::erase(std::size_t page, std::size_t at) {
  auto& servers = to_change(page);
  servers.erase(servers.begin() + static_cast<std::ptrdiff_t>(at));
  if (servers.empty()) pages_.erase(pages_.begin() + static_cast<std::ptrdiff_t>(page));
}

}  // namespace vacuum::sim
