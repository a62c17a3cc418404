#include "control/membership.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace vacuum {
namespace {

bool understand_each_other(const Lease& other) {
  const bool we_know_theirs = other.protocol >= kProtocolMin && other.protocol <= kProtocol;
  const bool they_know_ours = kProtocol >= other.protocol_min && kProtocol <= other.protocol;
  return we_know_theirs || they_know_ours;
}

std::string describe(const Lease& lease) {
  return fmt::format("{} ({}, process {} on {})", lease.incarnation, lease.version, lease.process,
                     lease.host);
}

}  // namespace

Membership::Membership(ManagerRegister& managers, Clock& clock, Log& log, MembershipSettings settings,
                       std::uint64_t seed)
    : managers_(managers), clock_(clock), log_(log), settings_(std::move(settings)), random_(seed) {}

// --- the fence

bool Membership::is_open() const {
  return standing_ != nullptr && clock_.monotonic() < open_until_;
}

std::shared_ptr<const Standing> Membership::standing() const {
  return is_open() ? standing_ : nullptr;
}

std::string Membership::why_none() const {
  if (standing_ == nullptr) return why_none_;
  return "its lease has ended: the shared directory did not take a renewal in time";
}

/// An incarnation is never taken up again: from now on others may have its machines.
void Membership::lose(std::string reason) {
  log_.error("{} acts on nothing any more: {}; it joins anew", own_.incarnation, reason);
  own_before_.emplace(own_.incarnation, reason);
  why_none_ = std::move(reason);
  life_before_ = std::exchange(life_, nullptr);
  standing_.reset();
}

// --- joining and leaving

Async<Result<Done, JoinError>> Membership::join(std::stop_token stop) {
  if (!co_await read_register()) co_return Failure{JoinError{JoinError::Decision::try_again, trouble_}};
  if (auto refused = objection())
    co_return Failure{JoinError{JoinError::Decision::refused, std::move(*refused)}};
  auto waited = co_await wait_for_namesakes(stop);
  if (!waited) co_return waited;
  co_await begin_anew();
  if (standing_ == nullptr) co_return Failure{JoinError{JoinError::Decision::try_again, trouble_}};
  co_return Done{};
}

std::optional<std::string> Membership::objection() const {
  for (const auto& [incarnation, other] : others_) {
    if (!other.lease || understand_each_other(*other.lease)) continue;
    return fmt::format(
        "{} works on this shared directory with protocol {} (from {} on), this one speaks {} (from {} on): "
        "upgrade in smaller steps, or stop the other first",
        describe(*other.lease), other.lease->protocol, other.lease->protocol_min, kProtocol, kProtocolMin);
  }
  return std::nullopt;
}

/// The lock of the state directory is held: no other process of this host and this boot has it.
bool Membership::is_surely_dead(const Lease& other) const {
  return other.state == LeaseState::left ||
         (other.host == settings_.host && other.boot_id == settings_.boot_id &&
          other.state_directory == settings_.state_directory);
}

std::vector<IncarnationId> Membership::namesakes() const {
  std::vector<IncarnationId> found;
  for (const auto& [incarnation, other] : others_) {
    if (other.lease && manager_of(incarnation) == settings_.name) found.push_back(incarnation);
  }
  return found;
}

/// Two managers of one name would each take the other for its own older life.
Async<Result<Done, JoinError>> Membership::wait_for_namesakes(std::stop_token stop) {
  for (const IncarnationId& incarnation : namesakes()) {
    const Lease seen = *others_.at(incarnation).lease;
    while (!is_surely_dead(seen) && !is_silent(incarnation, others_.at(incarnation))) {
      if (stop.stop_requested())
        co_return Failure{JoinError{JoinError::Decision::try_again, "stopped before it joined"}};
      co_await clock_.sleep(part_of(seen.duration, kRenewalPercent), stop);
      if (!co_await read_register()) co_return Failure{JoinError{JoinError::Decision::try_again, trouble_}};
      const auto now = others_.find(incarnation);
      if (now == others_.end() || !now->second.lease) break;  // ended meanwhile
      if (*now->second.lease == seen) continue;
      std::string words = fmt::format(
          "another manager is called {} and works on this shared directory: {}; give one of them another "
          "name (manager_name in [settings])",
          settings_.name, describe(seen));
      co_return Failure{JoinError{JoinError::Decision::refused, std::move(words)}};
    }
    own_before_.emplace(incarnation, "it was started anew");
  }
  co_return Done{};
}

/// A new life, once nothing acts for the one before any more.
Async<void> Membership::begin_anew() {
  if (!life_before_.expired()) co_return;
  if (own_.incarnation.empty() || own_before_.contains(own_.incarnation)) {
    own_ = Lease{.incarnation = make_incarnation_id(settings_.name,
                                                    random_.letters_and_digits(kIncarnationRandomLength)),
                 .duration = settings_.lease,
                 .started = clock_.now(),
                 .version = settings_.version,
                 .host = settings_.host,
                 .boot_id = settings_.boot_id,
                 .state_directory = settings_.state_directory,
                 .process = settings_.process};
  }
  const Milliseconds begun = clock_.monotonic();
  if (!co_await renew()) co_return;
  open_until_ = begun + part_of(settings_.lease, kFencePercent);
  if (clock_.monotonic() >= open_until_) co_return;  // the next step tries again
  co_await end_own();
  if (!co_await read_register()) co_return;
  life_ = std::make_shared<const int>(0);
  publish_standing();
  log_.info("{} has joined the managers of the shared directory, {} in all", own_.incarnation,
            standing_->roster.live().size());
  changed_();
}

Async<void> Membership::leave() {
  if (standing_ == nullptr) co_return;
  const std::weak_ptr<const int> life = std::exchange(life_, nullptr);
  standing_.reset();
  why_none_ = "it stops";
  if (!life.expired()) {
    log_.warning("{} stops in the middle of a cycle: others wait for the end of its lease", own_.incarnation);
    co_return;
  }
  own_.state = LeaseState::left;
  if (co_await renew()) log_.info("{} has left: nobody need wait for the end of its lease", own_.incarnation);
}

// --- one step after the other

Async<void> Membership::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    co_await clock_.sleep(part_of(settings_.lease, kRenewalPercent), stop);
    if (!stop.stop_requested()) co_await step();
  }
}

Async<void> Membership::step() {
  if (standing_ != nullptr && !is_open()) lose(why_none());
  if (standing_ == nullptr) co_return co_await begin_anew();
  const Milliseconds begun = clock_.monotonic();
  const bool renewed = co_await renew();
  // Too late is too late: others may have counted it out.
  if (!is_open()) co_return lose(why_none());
  if (!renewed) co_return;
  open_until_ = begun + part_of(settings_.lease, kFencePercent);
  co_await look();
}

Async<bool> Membership::renew() {
  ++own_.sequence;
  own_.renewed = clock_.now();
  own_.machines = machines_;
  const auto renewed = co_await managers_.renew(own_);
  if (renewed) co_return true;
  if (std::exchange(trouble_, renewed.error().message) != trouble_)
    log_.error("the lease of {} is not renewed: {}", own_.incarnation, trouble_);
  co_return false;
}

Async<bool> Membership::read_register() {
  auto view = co_await managers_.read();
  if (!view) {
    if (std::exchange(trouble_, view.error().message) != trouble_)
      log_.error("the other managers cannot be seen: {}", trouble_);
    co_return false;
  }
  trouble_.clear();
  const auto before = std::exchange(successions_, {});
  for (Succession& one : view->successions) successions_.emplace(one.ended, std::move(one));
  std::erase_if(others_, [&](const auto& entry) { return successions_.contains(entry.first); });
  for (const Lease& lease : view->leases) {
    // Who had ended lives no more, even where only the lease was seen: the other file was just removed.
    const bool has_ended = successions_.contains(lease.incarnation) || before.contains(lease.incarnation);
    if (lease.incarnation != own_.incarnation && !has_ended) watch(lease);
  }
  co_return true;
}

void Membership::watch(const Lease& lease) {
  const auto [at, is_new] = others_.try_emplace(lease.incarnation);
  Watched& other = at->second;
  if (!is_new && other.lease == lease) return;
  other.lease = lease;
  other.changed = clock_.monotonic();
}

Async<void> Membership::look() {
  const auto known = successions_;
  if (!co_await read_register()) co_return;
  if (const auto ended = successions_.find(own_.incarnation); ended != successions_.end()) {
    co_return lose(fmt::format("{} took it for dead", ended->second.by));
  }
  co_await end_own();
  co_await end_the_dead();
  const bool is_news = successions_ != known;
  publish_standing();
  if (is_news) changed_();
}

// --- the others

bool Membership::is_silent(const IncarnationId& incarnation, const Watched& other) const {
  if (other.lease && other.lease->state == LeaseState::left) return true;
  if (!other.lease && incarnation.text().ends_with('~')) return true;  // from before there were leases
  const Milliseconds lease = other.lease ? other.lease->duration : settings_.lease;
  return clock_.monotonic() - other.changed > part_of(lease, kSilencePercent);
}

void Membership::note_owner(const IncarnationId& incarnation) {
  if (incarnation == own_.incarnation || successions_.contains(incarnation)) return;
  others_.try_emplace(incarnation, Watched{std::nullopt, clock_.monotonic()});
}

std::vector<IncarnationId> Membership::live() const {
  std::vector<IncarnationId> living{own_.incarnation};
  for (const auto& [incarnation, other] : others_) {
    if (other.lease && !is_silent(incarnation, other)) living.push_back(incarnation);
  }
  std::ranges::sort(living);
  return living;
}

Async<void> Membership::end_the_dead() {
  std::vector<IncarnationId> dead;
  for (const auto& [incarnation, other] : others_) {
    if (is_silent(incarnation, other)) dead.push_back(incarnation);
  }
  for (IncarnationId& one : dead) {
    const Watched& other = others_.at(one);
    std::string reason = "its lease ended";
    if (other.lease && other.lease->state == LeaseState::left) reason = "it left";
    if (!other.lease) reason = "it has no lease";
    auto heirs = live();
    co_await end(std::move(one), std::move(heirs), std::move(reason));
  }
}

Async<void> Membership::end_own() {
  std::vector<IncarnationId> ended;
  for (const auto& [incarnation, reason] : own_before_) ended.push_back(incarnation);
  for (const IncarnationId& one : ended) {
    std::vector<IncarnationId> heirs{own_.incarnation};
    std::string reason = own_before_.at(one);
    const bool done = co_await end(one, std::move(heirs), std::move(reason));
    if (done) own_before_.erase(one);
  }
}

/// True where it has ended now, whoever was first.
Async<bool> Membership::end(IncarnationId incarnation, std::vector<IncarnationId> heirs, std::string reason) {
  const Succession succession{.ended = incarnation,
                              .heirs = std::move(heirs),
                              .by = own_.incarnation,
                              .reason = std::move(reason),
                              .time = clock_.now()};
  if (!is_open() && standing_ != nullptr) co_return false;
  const auto ended = co_await managers_.end(succession);
  if (ended) {
    log_.warning("{} has ended ({}); its machines go to {} of the managers", succession.ended,
                 succession.reason, succession.heirs.size());
    successions_.emplace(succession.ended, succession);
    others_.erase(succession.ended);
    co_return true;
  }
  if (ended.error().decision == StoreDecision::exists) co_return true;  // the next look shows who has them
  log_.error("{} cannot be ended: {}", succession.ended, ended.error().message);
  co_return false;
}

void Membership::publish_standing() {
  std::vector<Succession> successions;
  successions.reserve(successions_.size());
  for (const auto& [ended, succession] : successions_) successions.push_back(succession);
  standing_ = std::make_shared<const Standing>(
      Standing{own_.incarnation, Roster(live(), std::move(successions)), life_});
}

}  // namespace vacuum
