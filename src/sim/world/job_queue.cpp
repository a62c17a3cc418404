#include "sim/world/job_queue.hpp"

#include <algorithm>

namespace vacuum::sim {

Milliseconds JobQueue::working_time(Milliseconds elapsed) const {
  Milliseconds working = elapsed;
  for (const QueueSettings::Pause& pause : settings_.pauses) {
    const Milliseconds until = std::min(pause.until, elapsed);
    if (until > pause.from) working -= until - pause.from;
  }
  return std::max(working, Milliseconds{0});
}

bool JobQueue::is_paused(Milliseconds at) const {
  return std::ranges::any_of(settings_.pauses,
                             [&](const auto& pause) { return at >= pause.from && at < pause.until; });
}

std::uint64_t JobQueue::arrived(Moment now) const {
  const auto elapsed = std::chrono::duration_cast<Milliseconds>(now - start_);
  std::uint64_t jobs = 0;
  for (const QueueSettings::Batch& batch : settings_.batches)
    if (batch.at <= elapsed) jobs += batch.jobs;
  const double hours = static_cast<double>(working_time(elapsed).count()) / 3'600'000;
  jobs += static_cast<std::uint64_t>(settings_.jobs_per_hour * hours);
  if (settings_.burst) {
    for (Milliseconds at{0}; at <= elapsed; at += settings_.burst->every)
      if (!is_paused(at)) jobs += settings_.burst->jobs;
  }
  return jobs;
}

std::uint64_t JobQueue::waiting(Moment now) const {
  if (settings_.endless) return 0;
  const std::uint64_t there = arrived(now) + returned_;
  return there > taken_ ? there - taken_ : 0;
}

bool JobQueue::take(Moment now) {
  if (!settings_.endless && waiting(now) == 0) return false;
  ++taken_;
  return true;
}

}  // namespace vacuum::sim
