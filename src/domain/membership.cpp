#include "domain/membership.hpp"

namespace vacuum {

std::string_view to_string(LeaseState state) {
  return state == LeaseState::active ? "active" : "left";
}

std::optional<LeaseState> parse_lease_state(std::string_view text) {
  if (text == "active") return LeaseState::active;
  if (text == "left") return LeaseState::left;
  return std::nullopt;
}

}  // namespace vacuum
