#include "sim/world/site_guests.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum::sim {
namespace {

const std::string kShutdownTime = "shutdowntime_job";
constexpr Milliseconds kPollWork{15'000};  ///< how often a VM without a job looks again

Milliseconds milliseconds(double seconds) {
  return Milliseconds{static_cast<std::int64_t>(seconds * 1000)};
}

}  // namespace

GuestStep SiteGuests::started(const CloudServer& server, Moment at) {
  const std::string* machinetype = server.metadata_value("machinetype");
  const auto found = machinetype == nullptr ? settings_.end() : settings_.find(*machinetype);
  if (found == settings_.end()) return {};
  Guest& guest = guests_[server.serial];
  guest.settings = &found->second;
  guest.machinetype = *machinetype;
  guest.launched = at;
  guest.since = at;
  guest.life_ends = at + found->second.life;
  const SecondsRange boot =
      found->second.queue ? found->second.queue->settings().boot_seconds : QueueSettings().boot_seconds;
  guest.ends = at + draw(boot, random_);
  serials_[server.name] = server.serial;
  ++tallies_[guest.machinetype].booted;
  return {.wake_at = guest.ends};
}

GuestStep SiteGuests::woke(const CloudServer& server, Moment at) {
  const auto found = guests_.find(server.serial);
  if (found == guests_.end()) return {};
  Guest& guest = found->second;
  switch (guest.doing) {
    case Doing::boots:
      guest.up = at;
      guest.since = at;
      return look_for_work(server, guest, at);
    case Doing::works:
      return finish_job(server, guest, at);
    case Doing::idles:
      return look_for_work(server, guest, at);
    case Doing::hangs:
      return {};
  }
  return {};
}

/// What has no end of its own ends with the VM.
void SiteGuests::draw_job(Guest& guest, const QueueSettings& queue, Milliseconds length, Moment at) {
  guest.since = at;
  guest.ends = at + length;
  guest.doing = Doing::works;
  guest.code = 200;
  ++busy_[guest.machinetype];
  if (happens(queue.hang_rate, random_)) {
    guest.doing = Doing::hangs;
  } else if (happens(queue.crash_rate, random_)) {
    guest.code = 0;
    const auto part = static_cast<double>(length.count()) * random_.fraction();
    guest.ends = at + Milliseconds{static_cast<std::int64_t>(part)};
  } else if (happens(queue.failure_rate, random_)) {
    guest.code = queue.failure_code;
  }
}

GuestStep SiteGuests::look_for_work(const CloudServer& server, Guest& guest, Moment at) {
  JobQueue* queue = guest.settings->queue;
  if (guest.told_to_end) return leave(server, 100, "Shutdown as requested by the VM's host");
  if (queue != nullptr) {
    const Milliseconds length = draw(queue->settings().job_seconds, random_);
    const bool fits = guest.jobs == 0 || at + length < guest.life_ends;
    if (!fits) return leave(server, 200, "Success");
    if (queue->take(at)) {
      draw_job(guest, queue->settings(), length, at);
      if (guest.doing == Doing::hangs) return {};
      return {.wake_at = guest.ends};
    }
  }
  const QueueSettings& rules = queue ? queue->settings() : QueueSettings();
  if (guest.doing != Doing::idles) {
    guest.doing = Doing::idles;
    guest.since = at;
    guest.ends = at + draw(rules.idle_seconds, random_);
  }
  if (at < guest.ends) return {.wake_at = std::min(guest.ends, at + kPollWork)};
  if (guest.jobs > 0) return leave(server, 200, "Success");
  ++tallies_[guest.machinetype].found_no_work;
  return leave(server, 300, "No more work");
}

void SiteGuests::end_job(Guest& guest) {
  auto& busy = busy_[guest.machinetype];
  if (busy > 0) --busy;
}

GuestStep SiteGuests::finish_job(const CloudServer& server, Guest& guest, Moment at) {
  GuestTally& tally = tallies_[guest.machinetype];
  end_job(guest);
  guest.doing = Doing::boots;
  if (guest.code != 200) {
    ++tally.jobs_lost;
    ++(guest.code == 0 ? tally.crashed : tally.failed);
    if (guest.code == 0) {
      guest.settings->queue->give_back();  // nobody has said that it failed
      return {.wake_at = {}, .power_off = true};
    }
    return leave(server, guest.code, "Simulated failure");
  }
  ++tally.jobs_done;
  ++guest.jobs;
  const double seconds = std::chrono::duration<double>(at - guest.since).count();
  tally.busy_processor_seconds += seconds * processors_(server);
  const int most = guest.settings->queue->settings().jobs_per_machine;
  if (most > 0 && guest.jobs >= most) return leave(server, 200, "Success");
  return look_for_work(server, guest, at);
}

/// The message is lost where there is no record that could take it.
GuestStep SiteGuests::leave(const CloudServer& server, int code, std::string_view text) {
  if (DirectoryEntry* entry = directory_.find(space_, MachineName(server.name)))
    entry->message = fmt::format("{} {}\n", code, text);
  return {.wake_at = {}, .power_off = true};
}

GuestStep SiteGuests::learned(const CloudServer& server, const GuestFeatures& features, Moment) {
  const auto found = guests_.find(server.serial);
  const auto told = features.job.find(kShutdownTime);
  if (found == guests_.end()) return {};
  Guest& guest = found->second;
  const auto end = told == features.job.end() ? std::nullopt : parse_integer(told->second);
  if (end) guest.told_to_end = true;
  if (guest.doing == Doing::hangs) return {};
  return {.wake_at = guest.ends};
}

std::optional<TimePoint> SiteGuests::last_heartbeat(const Guest& guest, Moment at) const {
  const double seconds = guest.settings->queue ? guest.settings->queue->settings().heartbeat_seconds
                                               : QueueSettings().heartbeat_seconds;
  if (seconds <= 0 || guest.up == Moment{}) return std::nullopt;
  const Moment until = guest.doing == Doing::hangs ? std::min(at, guest.since) : at;
  const Milliseconds period = std::max(milliseconds(seconds), Milliseconds{1000});
  return in_seconds(guest.up + (until - guest.up) / period * period);
}

std::optional<TimePoint> SiteGuests::heartbeat(const MachineName& name, Moment at) const {
  const auto serial = serials_.find(name.text());
  if (serial == serials_.end()) return std::nullopt;
  const auto found = guests_.find(serial->second);
  return found == guests_.end() ? std::nullopt : last_heartbeat(found->second, at);
}

std::optional<Moment> SiteGuests::well_until(const MachineName& name) const {
  const auto serial = serial_of(name);
  const auto found = serial ? guests_.find(*serial) : guests_.end();
  if (found == guests_.end() || found->second.doing != Doing::works || found->second.told_to_end)
    return std::nullopt;
  return found->second.life_ends;
}

std::optional<std::uint64_t> SiteGuests::serial_of(const MachineName& name) const {
  const auto serial = serials_.find(name.text());
  return serial == serials_.end() ? std::nullopt : std::optional(serial->second);
}

std::uint64_t SiteGuests::busy(const std::string& machinetype) const {
  const auto found = busy_.find(machinetype);
  return found == busy_.end() ? 0 : found->second;
}

void SiteGuests::ended(const CloudServer& server) {
  const auto found = guests_.find(server.serial);
  if (found == guests_.end()) return;
  Guest& guest = found->second;
  const Moment at = now ? now() : guest.since;
  const bool in_a_job = guest.doing == Doing::works || guest.doing == Doing::hangs;
  if (in_a_job) {
    end_job(guest);
    ++tallies_[guest.machinetype].jobs_lost;
  }
  // Whoever hands out the jobs notices, and another VM does it again.
  if (in_a_job && guest.settings->queue) guest.settings->queue->give_back();
  if (DirectoryEntry* entry = directory_.find(space_, MachineName(server.name)))
    entry->heartbeat = last_heartbeat(guest, at);
  if (on_end) {
    const bool vanished = server.status == ServerStatus::active && !server.deleting;
    const Moment heard = guest.doing == Doing::hangs ? std::min(guest.since, at) : at;
    on_end(server, {space_, MachinetypeName(guest.machinetype), guest.launched, at, heard, vanished});
  }
  serials_.erase(server.name);
  guests_.erase(found);
}

}  // namespace vacuum::sim
