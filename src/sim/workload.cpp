#include "sim/workload.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace vacuum::sim {

bool WorkTimes::has_work(double seconds) const {
  if (always) return true;
  const double phase = period > 0 ? std::fmod(seconds, period) : seconds;
  return std::ranges::any_of(windows,
                             [&](const Window& window) { return phase >= window.from && phase < window.to; });
}

GuestStep Workload::started(const CloudServer& server, Moment now) {
  const std::string* machinetype = server.metadata_value("machinetype");
  const auto found = machinetype ? settings_.find(*machinetype) : settings_.end();
  if (found == settings_.end()) return {};
  Guest& guest = guests_[server.serial];
  guest.settings = &found->second;
  guest.ends = now + draw(found->second.boot_seconds, random_);
  return wait(guest);
}

GuestStep Workload::woke(const CloudServer& server, Moment now) {
  const auto found = guests_.find(server.serial);
  if (found == guests_.end()) return {};
  Guest& guest = found->second;
  if (!guest.booted && now >= guest.ends) {
    guest.booted = true;
    look_for_work(guest, now);
  } else if (guest.booted && now >= guest.ends) {
    return finish(server, guest);
  }
  if (now >= guest.next_heartbeat) {
    files_.write(server, guest.settings->heartbeat_file, fmt::format("{}\n", to_unix(in_seconds(now))));
    guest.next_heartbeat =
        now + Milliseconds{static_cast<std::int64_t>(guest.settings->heartbeat_seconds * 1000)};
  }
  return wait(guest);
}

void Workload::look_for_work(Guest& guest, Moment now) {
  const WorkSettings& settings = *guest.settings;
  if (settings.heartbeat_seconds > 0) guest.next_heartbeat = now;
  const double since_start = std::chrono::duration<double>(now - start_).count();
  if (!settings.work.has_work(since_start)) {
    guest.code = 300;
    guest.text = "No more work";
    guest.ends = now + draw(settings.idle_seconds, random_);
    return;
  }
  guest.ends = now + draw(settings.work_seconds, random_);
  draw_outcome(guest);
  if (guest.code == 0 && !guest.hung) {  // a crash comes somewhere in the middle
    const auto whole = guest.ends - now;
    guest.ends =
        now +
        Milliseconds{static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(whole.count()) + 1))};
  }
  if (guest.hung) {
    guest.ends = Moment::max();
    guest.next_heartbeat = Moment::max();
  }
}

void Workload::draw_outcome(Guest& guest) {
  const WorkSettings& settings = *guest.settings;
  guest.code = 200;
  guest.text = "Success";
  if (happens(settings.hang_rate, random_)) {
    guest.hung = true;
    guest.code = 0;
  } else if (happens(settings.crash_rate, random_)) {
    guest.code = 0;
  } else if (happens(settings.failure_rate, random_)) {
    const WorkFailure failure = settings.failures.empty()
                                    ? WorkFailure{}
                                    : settings.failures[random_.below(settings.failures.size())];
    guest.code = failure.code;
    guest.text = failure.text;
  }
}

GuestStep Workload::wait(const Guest& guest) const {
  const Moment next = std::min(guest.ends, guest.next_heartbeat);
  if (next == Moment::max()) return {};
  return {.wake_at = next};
}

GuestStep Workload::finish(const CloudServer& server, const Guest& guest) {
  ++outcomes_[*server.metadata_value("machinetype")][guest.code];
  if (guest.code != 0)
    files_.write(server, "shutdown_message", fmt::format("{} {}\n", guest.code, guest.text));
  return {.wake_at = {}, .power_off = true};
}

}  // namespace vacuum::sim
