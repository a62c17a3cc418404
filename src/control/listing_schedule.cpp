#include "control/listing_schedule.hpp"

namespace vacuum {

std::optional<ListingMark> ListingSchedule::next(Milliseconds now, Seconds complete_interval) const {
  if (!mark_ || !trusted_ || now - complete_at_ >= complete_interval) return std::nullopt;
  return ListingMark{mark_->time - kListingOverlap};
}

void ListingSchedule::note(std::optional<ListingMark> since, std::optional<ListingMark> mark,
                           Milliseconds now) {
  if (!since) complete_at_ = now;
  const bool went_back = mark && mark_ && mark->time < mark_->time - kListingOverlap / 2;
  mark_ = went_back ? std::nullopt : mark;
}

std::optional<TimePoint> ListingSchedule::known_until() const {
  if (!mark_) return std::nullopt;
  return mark_->time - kListingOverlap;
}

}  // namespace vacuum
