// The life of a server, from the choice of its host until it is gone.
#include <algorithm>

#include "sim/cloud_model.hpp"

namespace vacuum::sim {
namespace {

constexpr std::size_t kGoneServersKept = 200'000;
constexpr std::chrono::hours kGoneServersKeptFor{1};

BuildFailure no_valid_host() {
  return {500, "No valid host was found. "};
}

std::string with_id(std::string text, const std::string& id) {
  if (const auto at = text.find("{id}"); at != std::string::npos) text.replace(at, 4, id);
  return text;
}

}  // namespace

void CloudModel::schedule(Moment at, const CloudServer& server, EventKind kind) {
  events_.push({at, next_order_++, server.serial, kind});
}

void CloudModel::advance(Moment now) {
  while (!events_.empty() && events_.top().at <= now) {
    const Event event = events_.top();
    events_.pop();
    happen(event);
  }
  while (!gone_.empty() && now - gone_.front()->updated > kGoneServersKeptFor) forget_oldest();
}

void CloudModel::happen(const Event& event) {
  const auto found = servers_.find(event.server);
  if (found == servers_.end()) return;  // gone before it could happen
  CloudServer& server = *found->second;
  switch (event.kind) {
    case EventKind::host_chosen:
      if (!server.deleting) choose_host(server, event.at);
      break;
    case EventKind::build_done:
      if (!server.deleting) finish_build(server, event.at);
      break;
    case EventKind::guest:
      if (server.status == ServerStatus::active && server.guest_event == event.order)
        step_guest(server, guests_.woke(server, event.at), event.at);
      break;
    case EventKind::delete_done:
      take_away(server, event.at, true);
      break;
    case EventKind::vanish:
      ++counters_.vanished;
      take_away(server, event.at, false);
      break;
  }
}

bool CloudModel::strikes(std::uint64_t& next, double rate) {
  if (next > 0) {
    --next;
    return true;
  }
  return happens(rate, fault_draws_);
}

void CloudModel::choose_host(CloudServer& server, Moment now) {
  const int processors = flavors_[server.flavor].processors;
  const bool too_large = processors_per_host_ > 0 && processors > processors_per_host_;
  const bool full = processors_capacity_ > 0 && counters_.processors_in_use > processors_capacity_;
  if (too_large || full) return fail_build(server, no_valid_host(), now);
  if (strikes(faults_.failed_builds_next, faults_.failed_build_rate)) {
    const auto& failures = faults_.build_failures;
    return fail_build(
        server, failures.empty() ? no_valid_host() : failures[fault_draws_.below(failures.size())], now);
  }
  server.host = times_.below(hosts_.size());
  if (server.zone.empty()) server.zone = zones_[times_.below(zones_.size())];
  change(server, ServerStatus::building, now);
  schedule(now + draw(build_seconds_, times_), server, EventKind::build_done);
}

void CloudModel::fail_build(CloudServer& server, const BuildFailure& failure, Moment now) {
  change(server, ServerStatus::failed, now);
  server.fault = ServerFault{failure.code, with_id(failure.message, server.id), now};
}

void CloudModel::finish_build(CloudServer& server, Moment now) {
  begin_running(server, now);
}

void CloudModel::begin_running(CloudServer& server, Moment now) {
  change(server, ServerStatus::active, now);
  server.launched = now;
  if (happens(faults_.vanish_rate, fault_draws_))
    schedule(now + draw(faults_.vanish_after, fault_draws_), server, EventKind::vanish);
  if (server.has_guest) step_guest(server, guests_.started(server, now), now);
}

void CloudModel::step_guest(CloudServer& server, const GuestStep& step, Moment now) {
  server.guest_event = 0;
  if (step.power_off) {
    change(server, ServerStatus::stopped, now);
    guests_.ended(server);
  } else if (step.wake_at) {
    server.guest_event = next_order_;
    schedule(*step.wake_at, server, EventKind::guest);
  }
}

CloudServer* CloudModel::find_guest(std::uint64_t serial) {
  const auto found = servers_.find(serial);
  if (found == servers_.end()) return nullptr;
  CloudServer& server = *found->second;
  return server.status == ServerStatus::active && server.has_guest ? &server : nullptr;
}

void CloudModel::guest_sent(std::uint64_t serial, std::string_view file, Moment now) {
  advance(now);
  if (CloudServer* server = find_guest(serial)) step_guest(*server, guests_.sent(*server, file, now), now);
}

void CloudModel::guest_learned(std::uint64_t serial, const GuestFeatures& features, Moment now) {
  advance(now);
  if (CloudServer* server = find_guest(serial))
    step_guest(*server, guests_.learned(*server, features, now), now);
}

bool CloudModel::remove(std::size_t project, std::string_view id, Moment now) {
  advance(now);
  const auto found = by_id_.find(id);
  if (found == by_id_.end() || found->second->project != project) return false;
  ++counters_.deletes_asked;
  begin_delete(*found->second, now);
  return true;
}

void CloudModel::begin_delete(CloudServer& server, Moment now) {
  // Asked again: a second event does no harm, and frees a delete that was stuck.
  if (!server.deleting) {
    server.deleting = true;
    change(server, server.status, now);
  }
  if (!strikes(faults_.stuck_deletes_next, faults_.stuck_delete_rate))
    schedule(now + draw(delete_seconds_, times_), server, EventKind::delete_done);
}

bool CloudModel::vanish(std::string_view id, Moment now) {
  advance(now);
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return false;
  ++counters_.vanished;
  take_away(*found->second, now, false);
  return true;
}

void CloudModel::take_away(CloudServer& server, Moment now, bool leave_trace) {
  if (server.status == ServerStatus::active && server.has_guest) guests_.ended(server);
  count_use(server, -1);
  CloudProject& project = projects_[server.project];
  project.listing.erase({in_seconds(server.created), server.id});
  const auto [from, to] = project.by_name.equal_range(server.name);
  project.by_name.erase(std::find_if(from, to, [&](const auto& entry) { return entry.second == &server; }));
  by_id_.erase(server.id);
  auto owned = servers_.extract(server.serial);
  if (!leave_trace) {
    drop_change(server);
    if (on_change) on_change(server);
    return;
  }
  change(server, ServerStatus::gone, now);
  remember(std::move(owned.mapped()));
}

/// What belonged to it alone is deleted with it, as Nova does: its metadata, for one.
void CloudModel::remember(std::unique_ptr<CloudServer> gone) {
  gone->metadata = {};
  gone->user_data = {};
  gone->contact = {};
  gone_by_id_.emplace(gone->id, gone.get());
  gone_.push_back(std::move(gone));
  if (gone_.size() > kGoneServersKept) forget_oldest();
}

void CloudModel::forget_oldest() {
  drop_change(*gone_.front());
  gone_by_id_.erase(gone_.front()->id);
  gone_.pop_front();
}

}  // namespace vacuum::sim
