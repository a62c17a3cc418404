#include "sim/workload.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum::sim {
namespace {

constexpr std::string_view kMessageFile = "shutdown_message";
const std::string kShutdownTime = "shutdowntime";
const std::string kJobShutdownTime = "shutdowntime_job";
/// A VM does not wait longer than this for its last message to arrive before it powers off.
constexpr Milliseconds kLeavingTime{60'000};

using Features = std::map<std::string, std::string>;

Milliseconds milliseconds(double seconds) {
  return Milliseconds{static_cast<std::int64_t>(seconds * 1000)};
}

/// A feature that is a Unix time, or nothing.
std::optional<Moment> time_in(const Features& features, const std::string& key) {
  const auto found = features.find(key);
  const auto seconds = found == features.end() ? std::nullopt : parse_integer(trim(found->second));
  constexpr std::int64_t kMost = 100'000'000'000;
  if (!seconds || *seconds < 0 || *seconds > kMost) return std::nullopt;
  return Moment{Seconds{*seconds}};
}

/// What is known stays, but for the shutdown time: that may be taken back.
void take_news(Features& known, const Features& news, const std::string& shutdown_key) {
  known.erase(shutdown_key);
  for (const auto& [key, value] : news) known[key] = value;
}

}  // namespace

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
  if (guest.leaving) return {.wake_at = {}, .power_off = true};
  if (!guest.booted && now >= guest.ends) {
    guest.booted = true;
    look_for_work(guest, now);
  } else if (guest.booted && now >= guest.ends) {
    return finish(server, guest, now);
  }
  if (now >= guest.next_look) {
    service_.ask_features(server, guest.features ? Look::at_shutdown_times : Look::at_everything);
    guest.next_look = now + milliseconds(guest.settings->features_seconds);
  }
  if (now >= guest.next_heartbeat) {
    const std::string beat = fmt::format("{}\n", to_unix(in_seconds(now)));
    // Nobody waits for a heartbeat: the next one comes anyway.
    (void)service_.put(server, guest.settings->heartbeat_file, beat);
    guest.next_heartbeat = now + milliseconds(guest.settings->heartbeat_seconds);
  }
  return wait(guest);
}

GuestStep Workload::sent(const CloudServer& server, std::string_view file, Moment) {
  const auto found = guests_.find(server.serial);
  if (found == guests_.end()) return {};
  if (found->second.leaving && file == kMessageFile) return {.wake_at = {}, .power_off = true};
  return wait(found->second);
}

GuestStep Workload::learned(const CloudServer& server, const GuestFeatures& features, Moment now) {
  const auto found = guests_.find(server.serial);
  if (found == guests_.end()) return {};
  Guest& guest = found->second;
  if (!guest.features) guest.features.emplace();
  take_news(guest.features->machine, features.machine, kShutdownTime);
  take_news(guest.features->job, features.job, kJobShutdownTime);
  if (guest.leaving || guest.hung) return wait(guest);
  for (const auto& shutdown :
       {time_in(features.machine, kShutdownTime), time_in(features.job, kJobShutdownTime)}) {
    if (!shutdown || *shutdown >= guest.ends) continue;
    guest.ends = std::max(*shutdown, now);
    guest.code = 100;
    guest.text = "Shutdown as requested by the VM's host";
  }
  return wait(guest);
}

const GuestFeatures* Workload::features_of(const CloudServer& server) const {
  const auto found = guests_.find(server.serial);
  return found != guests_.end() && found->second.features ? &*found->second.features : nullptr;
}

void Workload::look_for_work(Guest& guest, Moment now) {
  const WorkSettings& settings = *guest.settings;
  if (settings.heartbeat_seconds > 0) guest.next_heartbeat = now;
  guest.next_look = now;
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
    guest.next_look = Moment::max();
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
  const Moment next = std::min({guest.ends, guest.next_heartbeat, guest.next_look});
  if (next == Moment::max()) return {};
  return {.wake_at = next};
}

GuestStep Workload::finish(const CloudServer& server, Guest& guest, Moment now) {
  ++outcomes_[*server.metadata_value("machinetype")][guest.code];
  if (guest.code == 0) return {.wake_at = {}, .power_off = true};
  const std::string message = fmt::format("{} {}\n", guest.code, guest.text);
  if (service_.put(server, kMessageFile, message) == Sending::ended)
    return {.wake_at = {}, .power_off = true};
  guest.leaving = true;
  guest.ends = now + kLeavingTime;
  guest.next_heartbeat = guest.next_look = Moment::max();
  return wait(guest);
}

}  // namespace vacuum::sim
