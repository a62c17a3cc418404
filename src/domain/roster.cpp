#include "domain/roster.hpp"

#include <algorithm>
#include <utility>

#include "base/rendezvous.hpp"

namespace vacuum {
namespace {

bool outweighs(const IncarnationId& one, const IncarnationId& other, const MachineName& machine) {
  const auto weight = [&](const IncarnationId& id) { return stable_hash(id.text(), machine.text()); };
  return weight(one) > weight(other);
}

}  // namespace

Roster::Roster(std::vector<IncarnationId> live, std::vector<Succession> successions)
    : live_(std::move(live)) {
  std::ranges::sort(live_);
  for (Succession& one : successions) {
    if (!one.heirs.empty()) heirs_.try_emplace(std::move(one.ended), std::move(one.heirs));
  }
}

/// Heirs of one lived when it ended, and may have ended since, also at the same time as others: each may
/// stand among the heirs of the other. So those that have ended are looked past, generation by generation.
const IncarnationId& Roster::owner_of(const IncarnationId& first, const MachineName& machine) const {
  std::vector<const IncarnationId*> generation{&first};
  std::vector<const IncarnationId*> seen{&first};
  while (!generation.empty()) {
    const IncarnationId* owner = nullptr;
    std::vector<const IncarnationId*> heirs;
    for (const IncarnationId* one : generation) {
      const auto ended = heirs_.find(*one);
      if (ended == heirs_.end()) {
        if (owner == nullptr || outweighs(*one, *owner, machine)) owner = one;
        continue;
      }
      for (const IncarnationId& heir : ended->second) {
        const auto is_heir = [&](const IncarnationId* other) { return *other == heir; };
        if (std::ranges::any_of(seen, is_heir)) continue;
        seen.push_back(&heir);
        heirs.push_back(&heir);
      }
    }
    if (owner != nullptr) return *owner;
    generation = std::move(heirs);
  }
  return first;
}

std::set<IncarnationId> Roster::led_through(const std::set<IncarnationId>& makers) const {
  std::set<IncarnationId> passed;
  std::vector<IncarnationId> ahead(makers.begin(), makers.end());
  while (!ahead.empty()) {
    const IncarnationId one = std::move(ahead.back());
    ahead.pop_back();
    const auto ended = heirs_.find(one);
    if (ended == heirs_.end() || !passed.insert(one).second) continue;
    ahead.insert(ahead.end(), ended->second.begin(), ended->second.end());
  }
  return passed;
}

const IncarnationId& Roster::doer_of(std::string_view duty) const {
  return live_[choose_for(live_, duty)];
}

}  // namespace vacuum
