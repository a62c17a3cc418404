#include "sim/fuzz/watch.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>

namespace vacuum::sim {
namespace {

constexpr std::size_t kMostViolations = 100;
/// How long a machine that is over may stay in the cloud, or a record without a machine in current/, where
/// nothing goes wrong: a few cycles beyond what the rules say.
constexpr Milliseconds kTidyTime{15 * 60'000};
/// A deletion that the cloud forgot is asked for again after an hour.
constexpr Milliseconds kDeletionTime{75 * 60'000};
constexpr Milliseconds kAccountingSlack{5 * 60'000};
/// Managers know when a machine began to run to the second.
constexpr Milliseconds kClocks{2000};

int processors_of(const CloudModel& model, const CloudServer& server) {
  return model.flavors()[server.flavor].processors;
}

std::string type_of(const CloudServer& server) {
  const std::string* type = server.metadata_value("machinetype");
  return type == nullptr ? std::string() : *type;
}

const MachinetypeSettings* find_type(const SpaceSettings& settings, const std::string& name) {
  const auto found =
      std::ranges::find(settings.machinetypes, MachinetypeName(name), &MachinetypeSettings::name);
  return found == settings.machinetypes.end() ? nullptr : &*found;
}

int largest_flavor(const World::Site& site) {
  int most = 1;
  for (const Flavor& flavor : site.model->flavors()) most = std::max(most, flavor.processors);
  return most;
}

/// The machine that an accounting record is about.
std::string machine_in(const std::string& text) {
  constexpr std::string_view kKey = "LocalUserId: ";
  const auto at = text.find(kKey);
  if (at == std::string::npos) return {};
  const auto begin = at + kKey.size();
  return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace

Watch::Watch(World& world)
    : world_(world), managers_(world, [this](std::string rule, std::string what) {
        tell(std::move(rule), std::move(what));
      }) {
  world.on_created = [this](const SpaceName& space, const CloudServer& server) {
    look_at_creation(space, server);
  };
  world.on_guest_end = [this](const CloudServer& server, const GuestLife& life) {
    lives_.insert_or_assign(server.name, life);
  };
  world.directory().on_accounted = [this](const AccountingRecord& record) { look_at_account(record); };
  world.directory().on_added = [this](const SpaceName& space, const MachineRecord& record) {
    look_at_record(space, record);
  };
  world.managers_world().on_event = [this](const Event& event) { look_at_event(event); };
  world.managers_world().on_cloud_change = [this](CloudChange change, const SpaceName& space,
                                                  const MachineName& machine, const ManagerName& by) {
    managers_.look_at_cloud_change(change, space, machine, by);
    if (change == CloudChange::removal) look_at_removal(space, machine, by);
  };
}

void Watch::tell(std::string rule, std::string what) {
  if (violations_.size() < kMostViolations)
    violations_.push_back({world_.time().now(), std::move(rule), std::move(what)});
}

void Watch::look_at_creation(const SpaceName& space, const CloudServer& server) {
  ++created_;
  constexpr std::uint64_t kPrime = 1099511628211;
  for (const char c : server.name) digest_ = (digest_ ^ static_cast<unsigned char>(c)) * kPrime;
  digest_ ^= static_cast<std::uint64_t>(server.created.time_since_epoch().count());
  World::Site& site = world_.sites().at(space);
  const SpaceSettings& settings = site.settings.configuration.settings;
  const int used = site.model->projects().front().used.processors;
  if (settings.processors_limit && used > *settings.processors_limit) {
    tell("limit", fmt::format("space {} has {} processors with {}, its limit is {}", space, used, server.name,
                              *settings.processors_limit));
  }
  const MachinetypeSettings* type = find_type(settings, type_of(server));
  if (samples_begin_) created_processors_[space][type_of(server)] += processors_of(*site.model, server);
  if (type == nullptr || !type->processors_limit) return;
  int of_type = 0;
  for (const CloudServer* one : site.model->all())
    if (type_of(*one) == type->name.text()) of_type += processors_of(*site.model, *one);
  if (of_type > *type->processors_limit) {
    tell("limit", fmt::format("machinetype {} of {} has {} processors with {}, its limit is {}", type->name,
                              space, of_type, server.name, *type->processors_limit));
  }
}

void Watch::look_at_record(const SpaceName& space, const MachineRecord& record) {
  lost_records_.erase(record.name);
  if (!record.server_id.empty()) return;  // adopted: it is there already
  const World::Site& site = world_.sites().at(space);
  const auto limit = site.settings.configuration.settings.processors_limit;
  if (!limit) return;
  int processors = site.model->projects().front().used.processors;
  std::set<std::string_view> there;
  for (const CloudServer* server : site.model->all()) there.insert(server->name);
  for (const auto& [name, entry] : world_.directory().spaces[space].current) {
    const bool is_over = entry.record.stopped || entry.record.deleted;
    if (!is_over && !there.contains(name.text())) processors += std::max(entry.record.processors, 1);
  }
  if (processors <= *limit) return;
  tell("limit", fmt::format("space {} has {} processors with what is asked for, {} the last; its limit is {}",
                            space, processors, record.name, *limit));
}

void Watch::look_at_account(const AccountingRecord& record) {
  const std::string machine = machine_in(record.text);
  if (machine.empty()) return tell("accounting", "a record names no machine: " + record.key);
  if (++accounts_[machine] > 1) tell("accounting", machine + " is accounted twice");
}

void Watch::look_at_event(const Event& event) {
  if (event.kind == EventKind::stopped && !judged_.insert(event.machine).second)
    tell("judged twice", fmt::format("{}: {}", event.machine, event.reason));
}

namespace {

/// How long the machine may run.
Milliseconds site_life(const World::Site& site, const MachineName& machine) {
  const auto type = machinetype_of(machine);
  const MachinetypeSettings* settings =
      type ? find_type(site.settings.configuration.settings, type->text()) : nullptr;
  return settings == nullptr ? Milliseconds{0} : Milliseconds{settings->max_wallclock};
}

}  // namespace

void Watch::look_at_removal(const SpaceName& space, const MachineName& machine, const ManagerName& by) {
  const World::Site& site = world_.sites().at(space);
  const Moment now = world_.time().now();
  const auto well_until = site.guests->well_until(machine);
  if (!well_until || *well_until <= now + kClocks) return;
  // Who has a wrong clock, or had one when the machine began to run, may think that it has passed its time.
  if (is_in_wrong_time(*well_until - site_life(site, machine), now)) return;
  tell("harm", fmt::format("{} asks for the end of {}, which works and may until {}", by, machine,
                           format_iso8601(in_seconds(*well_until))));
}

bool Watch::is_in_wrong_time(Moment from, Moment until) const {
  constexpr Milliseconds kAround{10 * 60'000};
  return std::ranges::any_of(wrong_clocks_, [&](const Interval& wrong) {
    return from - kAround < wrong.until && until + kAround > wrong.from;
  });
}

void Watch::check_accounts() {
  for (const auto& [machine, life] : lives_) {
    const World::Site& site = world_.sites().at(life.space);
    const SpaceSettings& settings = site.settings.configuration.settings;
    const MachinetypeSettings* type = find_type(settings, life.machinetype.text());
    if (type == nullptr || is_in_wrong_time(life.launched, life.ended) || life.vanished) continue;
    if (lost_records_.contains(MachineName(machine))) continue;
    const bool is_settled = world_.time().now() - life.ended > settings.create_window + kDeletionTime;
    // Of one that hung and then was missed nobody can tell that it ran on.
    const bool is_long = life.heard - life.launched > type->fizzle + kAccountingSlack;
    if (is_settled && is_long && !accounts_.contains(machine)) {
      tell("accounting",
           fmt::format("{} ran for {} and is not accounted", machine,
                       format_duration(std::chrono::duration_cast<Seconds>(life.ended - life.launched))));
    }
  }
}

/// Each machine of ours has a record, and none that is over stays.
void Watch::check_machines(const SpaceName& space, World::Site& site) {
  const Moment now = world_.time().now();
  for (const CloudServer* server : site.model->all()) {
    if (!is_machine_name(server->name)) continue;
    const bool has_record = world_.directory().find(space, MachineName(server->name)) != nullptr;
    if (!has_record && now - server->created > kTidyTime)
      tell("leak", server->name + " is in the cloud and has no record");
    const MachineState state = state_of(*server);
    const bool is_done = is_over(state) || state == MachineState::starting;
    if (is_done && now - server->updated > kDeletionTime)
      tell("leak", fmt::format("{} is {} for more than an hour and stays in the cloud", server->name,
                               to_string(state)));
  }
}

/// No record of a machine that is gone stays in current/.
void Watch::check_records(const SpaceName& space, World::Site& site) {
  const Seconds window = site.settings.configuration.settings.create_window;
  std::map<std::string, bool> there;
  for (const CloudServer* server : site.model->all()) there.emplace(server->name, true);
  const Moment now = world_.time().now();
  for (const auto& [name, entry] : world_.directory().spaces[space].current) {
    if (there.contains(name.text())) continue;
    const auto life = lives_.find(name.text());
    const TimePoint last = entry.record.deleted.value_or(entry.record.created.value_or(TimePoint{}));
    const Moment since = life == lives_.end() ? Moment(last) : std::max(life->second.ended, Moment(last));
    if (now - since > window + kTidyTime)
      tell("leak", fmt::format("the record of {} stays, and there is no such machine since {}", name,
                               format_iso8601(in_seconds(since))));
  }
}

void Watch::check_left_overs() {
  for (auto& [space, site] : world_.sites()) {
    check_machines(space, site);
    check_records(space, site);
    for (const std::string& name : site.model->counters().doubled_names)
      tell("doubled", "two machines had the name " + name);
  }
  check_accounts();
}

/// A machine that is gone has its part until the managers can know it: they count it as long as its record is
/// in current/ (spec 4: machines in any state weigh).
void Watch::sample_shares() {
  ++samples_;
  for (auto& [space, site] : world_.sites()) {
    auto& sums = processors_[space];
    std::set<std::string_view> there;
    for (const CloudServer* server : site.model->all()) {
      there.insert(server->name);
      sums[type_of(*server)] += processors_of(*site.model, *server);
    }
    for (const auto& [name, entry] : world_.directory().spaces[space].current)
      if (!there.contains(name.text())) sums[entry.record.machinetype.text()] += entry.record.processors;
  }
}

std::map<std::string, double> fair_processors(const SpaceSettings& settings, double processors) {
  std::map<std::string, double> fair;
  std::vector<const MachinetypeSettings*> open;
  for (const auto& type : settings.machinetypes)
    if (type.target_share > 0) open.push_back(&type);
  double left = processors;
  while (!open.empty()) {
    double shares = 0;
    for (const auto* type : open) shares += type->target_share;
    const auto full = std::ranges::find_if(open, [&](const auto* type) {
      return type->processors_limit && left * type->target_share / shares > *type->processors_limit;
    });
    if (full == open.end()) {
      for (const auto* type : open) fair[type->name.text()] = left * type->target_share / shares;
      return fair;
    }
    fair[(*full)->name.text()] = *(*full)->processors_limit;
    left -= *(*full)->processors_limit;
    open.erase(full);
  }
  return fair;
}

/// A place that becomes free is filled by the next cycle: so many processors are empty in the mean, at most.
double Watch::between_machines(const SpaceName& space, const std::string& type) {
  const Milliseconds sampled = world_.time().now() - *samples_begin_;
  const Milliseconds empty = world_.managers_world().interval;
  return created_processors_[space][type] * static_cast<double>(empty.count()) /
         static_cast<double>(sampled.count());
}

void Watch::check_shares_of(const SpaceName& space, const World::Site& site) {
  const SpaceSettings& settings = site.settings.configuration.settings;
  const int quota = site.model->projects().front().quota.processors;
  const int limit = settings.processors_limit.value_or(quota >= 0 ? quota : 0);
  const double ours = limit - static_cast<double>(processors_[space][""]) / samples_;
  const int largest = largest_flavor(site);
  const double tolerance = std::max(2.0 * largest, 0.15 * ours);
  for (const auto& [type, fair] : fair_processors(settings, ours)) {
    const double mean = processors_[space][type] / samples_;
    const double idle = between_machines(space, type);
    if (fair >= largest && mean < 0.25 * fair)
      tell("starvation",
           fmt::format("{} of {} has {:.1f} processors, its part is {:.1f}", type, space, mean, fair));
    else if (mean > fair + tolerance || mean < fair - idle - tolerance)
      tell("shares",
           fmt::format("{} of {} has {:.1f} processors, its part is {:.1f}", type, space, mean, fair));
  }
}

void Watch::check_shares() {
  if (samples_ == 0) return;
  for (const auto& [space, site] : world_.sites()) check_shares_of(space, site);
}

}  // namespace vacuum::sim
