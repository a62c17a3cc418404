#include "control/standing.hpp"

namespace vacuum {

void SoleStanding::note_owner(const IncarnationId& owner) {
  std::vector<Succession> successions{
      {.ended = owner, .heirs = {standing_->incarnation}, .by = standing_->incarnation, .reason = "alone"}};
  for (const IncarnationId& ended : taken_over_) {
    successions.push_back({.ended = ended, .heirs = {standing_->incarnation}});
  }
  taken_over_.push_back(owner);
  standing_ = std::make_shared<Standing>(
      Standing{standing_->incarnation, Roster({standing_->incarnation}, std::move(successions)), nullptr});
}

}  // namespace vacuum
