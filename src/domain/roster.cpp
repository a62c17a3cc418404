#include "domain/roster.hpp"

#include <algorithm>
#include <utility>

#include "base/rendezvous.hpp"

namespace vacuum {

Roster::Roster(std::vector<IncarnationId> live, std::vector<Succession> successions)
    : live_(std::move(live)) {
  std::ranges::sort(live_);
  for (Succession& one : successions) {
    if (!one.heirs.empty()) heirs_.try_emplace(std::move(one.ended), std::move(one.heirs));
  }
}

const IncarnationId& Roster::owner_of(const IncarnationId& first, const MachineName& machine) const {
  const IncarnationId* owner = &first;
  // Heirs lived when the one before them had ended, so a chain ends; a made-up circle is cut.
  for (std::size_t steps = 0; steps <= heirs_.size(); ++steps) {
    const auto found = heirs_.find(*owner);
    if (found == heirs_.end()) break;
    owner = &found->second[choose_for(found->second, machine.text())];
  }
  return *owner;
}

const IncarnationId& Roster::doer_of(std::string_view duty) const {
  return live_[choose_for(live_, duty)];
}

}  // namespace vacuum
