#include "control/retirement.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/counted.hpp"
#include "domain/roster.hpp"

namespace vacuum {

Async<void> Retirement::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    co_await step();
    co_await clock_.sleep(kRetirementInterval, stop);
  }
}

bool Retirement::is_ours() const {
  const auto standing = standings_.standing();
  return standing != nullptr && standing->does("managers that ended");
}

/// All managers keep count of what they saw, so that the next one to have this duty need not begin anew.
std::vector<IncarnationId> Retirement::ended_long_ago(const std::vector<Succession>& successions) {
  std::map<IncarnationId, Milliseconds> seen;
  std::vector<IncarnationId> old;
  for (const Succession& one : successions) {
    const auto before = seen_.find(one.ended);
    const Milliseconds since = before == seen_.end() ? clock_.monotonic() : before->second;
    seen.emplace(one.ended, since);
    const bool is_shown = clock_.now() - one.time < kEndedShown;
    if (!is_shown && clock_.monotonic() - since >= kEndedKept) old.push_back(one.ended);
  }
  seen_ = std::move(seen);
  return old;
}

Async<void> Retirement::step() {
  auto view = co_await managers_.read();
  if (!view) co_return;  // membership says so
  auto candidates = ended_long_ago(view->successions);
  if (candidates.empty() || !is_ours()) co_return;
  if (!view->unreadable.empty()) co_return tell(view->unreadable.front());
  co_await retire(std::move(candidates), std::move(view->successions));
}

Async<void> Retirement::retire(std::vector<IncarnationId> candidates, std::vector<Succession> successions) {
  const auto makers = co_await census_.makers();
  if (!makers) co_return tell(makers.error().message);
  const auto needed = Roster({}, std::move(successions)).led_through(*makers);
  std::size_t retired = 0;
  for (const IncarnationId& one : candidates) {
    if (needed.contains(one)) continue;
    if (!fence_.is_open()) co_return;
    const auto done = co_await managers_.retire(one);
    if (!done) co_return tell(done.error().message);
    seen_.erase(one);
    ++retired;
  }
  trouble_.clear();
  if (retired > 0)
    log_.info("the files of {} of managers that ended long ago are removed", counted(retired, "incarnation"));
}

void Retirement::tell(std::string trouble) {
  if (trouble == trouble_) return;
  log_.warning("the files of managers that ended long ago stay: {}", trouble);
  trouble_ = std::move(trouble);
}

}  // namespace vacuum
