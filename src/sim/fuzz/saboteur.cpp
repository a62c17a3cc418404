#include "sim/fuzz/saboteur.hpp"

#include <cmath>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace vacuum::sim {
namespace {

constexpr std::size_t kMostDeeds = 2000;

}  // namespace

Milliseconds Saboteur::some(int least_seconds, int most_seconds) {
  const auto span = static_cast<std::uint64_t>(most_seconds - least_seconds) * 1000 + 1;
  return Milliseconds{least_seconds * 1000 + static_cast<std::int64_t>(random_.below(span))};
}

void Saboteur::note(std::string what) {
  if (deeds_.size() < kMostDeeds)
    deeds_.push_back(fmt::format("{} {}", format_iso8601(in_seconds(world_.time().now())), what));
}

void Saboteur::later(Milliseconds after, std::function<void()> undo) {
  auto kept = std::make_shared<std::function<void()>>(std::move(undo));
  undoings_.push_back(kept);
  world_.time().at(world_.time().now() + after, [kept] {
    if (const auto undo_now = std::exchange(*kept, nullptr)) undo_now();
  });
}

void Saboteur::plan_next() {
  const double wait = -std::log(1 - random_.fraction()) * static_cast<double>(between_.count());
  const Moment next = world_.time().now() + Milliseconds{static_cast<std::int64_t>(wait) + 1};
  if (next >= until_) return;
  world_.time().at(next, [this] {
    if (ended_) return;
    do_harm();
    plan_next();
  });
}

void Saboteur::do_harm() {
  const auto manager = static_cast<std::size_t>(random_.below(world_.managers()));
  if (random_.below(3) == 0) return random_.below(2) == 0 ? cut_off(manager) : stop(manager);
  switch (random_.below(9)) {
    case 0:
    case 1:
    case 2:
      return kill(manager);
    case 3:
      return stop_cloud();
    case 4:
      return fill_disk();
    case 5:
      return set_clock(manager);
    case 6:
      return pause(manager);
    case 7:
      return lose_records();
    default:
      return take_machines_away();
  }
}

void Saboteur::kill(std::size_t manager) {
  if (world_.running(manager) == nullptr) return;
  const std::uint64_t steps = 1 + random_.below(random_.below(2) == 0 ? 20 : 200);
  note(fmt::format("manager {} is to be killed after {} steps", manager + 1, steps));
  world_.kill_after(manager, steps);
}

void Saboteur::begin(Moment until) {
  until_ = until;
  world_.on_killed = [this](std::size_t manager) {
    if (ended_) return;
    note(fmt::format("manager {} is dead", manager + 1));
    later(some(0, 900), [this, manager] {
      note(fmt::format("manager {} is started", manager + 1));
      world_.start_manager(manager);
    });
  };
  plan_next();
}

World::Site& Saboteur::some_site() {
  auto site = world_.sites().begin();
  std::advance(site, static_cast<std::ptrdiff_t>(random_.below(world_.sites().size())));
  return site->second;
}

void Saboteur::stop_cloud() {
  World::Site& site = some_site();
  CloudSite& cloud = *site.cloud;
  CloudTroubles troubles = cloud.troubles();
  if (troubles.down) return;
  note(fmt::format("the cloud of {} is down", site.settings.configuration.settings.name));
  troubles.down = true;
  cloud.set_troubles(troubles);
  later(some(30, 1800), [this, &cloud] {
    CloudTroubles again = cloud.troubles();
    again.down = false;
    cloud.set_troubles(again);
    note("the cloud is up again");
  });
}

void Saboteur::fill_disk() {
  Directory& directory = world_.directory();
  const bool reads_too = random_.below(3) == 0;
  auto& problem = reads_too ? directory.read_problem : directory.write_problem;
  if (problem) return;
  problem = reads_too ? "Stale file handle" : "No space left on device";
  note(fmt::format("the shared directory: {}", *problem));
  later(some(10, 900), [this, &problem] {
    problem.reset();
    note("the shared directory is well again");
  });
}

void Saboteur::set_clock(std::size_t manager) {
  ManagerHost& host = world_.host(manager);
  if (host.clock_offset != Seconds{0}) return;
  host.clock_offset = Seconds{static_cast<std::int64_t>(random_.below(7200)) - 3600};
  note(fmt::format("the clock of manager {} is wrong by {} s", manager + 1, host.clock_offset.count()));
  const Milliseconds wrong = some(60, 3600);
  const Moment from = world_.time().now();
  watch_.note_wrong_clock(from, from + wrong);
  later(wrong, [this, &host] {
    host.clock_offset = Seconds{0};
    note("the clock is right again");
  });
}

void Saboteur::pause(std::size_t manager) {
  ManagerProcess* life = world_.running(manager);
  if (life == nullptr) return;
  const Milliseconds length = some(1, 1200);
  const std::uint64_t steps = random_.below(3) == 0 ? 0 : 1 + random_.below(60);
  note(
      fmt::format("manager {} is paused for {} s after {} steps", manager + 1, length.count() / 1000, steps));
  if (steps == 0) return life->process().pause_until(world_.time().now() + length);
  life->process().pause_after(steps, length);
}

void Saboteur::cut_off(std::size_t manager) {
  ManagerHost& host = world_.host(manager);
  if (host.cut_off) return;
  host.cut_off = true;
  note(fmt::format("manager {} is cut off from the shared directory", manager + 1));
  later(some(2, 600), [this, &host] {
    host.cut_off = false;
    note("it is reached again");
  });
}

/// An upgrade: it leaves in good order, and another one of its name comes.
void Saboteur::stop(std::size_t manager) {
  ManagerProcess* life = world_.running(manager);
  if (life == nullptr) return;
  note(fmt::format("manager {} is asked to stop", manager + 1));
  life->ask_to_stop();
  later(Milliseconds{30'000}, [this, manager] { world_.kill_manager(manager); });
}

void Saboteur::take_machines_away() {
  World::Site& site = some_site();
  CloudModel& model = *site.model;
  const auto servers = model.all();
  const std::uint64_t part = 1 + random_.below(8);
  std::vector<std::string> lost;
  for (const CloudServer* server : servers)
    if (server->has_guest && random_.below(10) < part / 2) lost.push_back(server->id);
  note(fmt::format("{} machines of {} vanish", lost.size(), site.settings.configuration.settings.name));
  for (const std::string& id : lost) model.vanish(id, world_.time().now());
}

/// A power cut, and a file system that was restored from a copy: of machines that run some records are gone.
void Saboteur::lose_records() {
  for (std::size_t i = 0; i < world_.managers(); ++i) world_.kill_manager(i);
  World::Site& site = some_site();
  const SpaceName& space = site.settings.configuration.settings.name;
  auto& current = world_.directory().spaces[space].current;
  std::size_t lost = 0;
  for (const CloudServer* server : site.model->all()) {
    if (!server->has_guest || state_of(*server) != MachineState::running || random_.below(4) != 0) continue;
    const MachineName name(server->name);
    if (current.erase(name) == 0) continue;
    ++lost;
    watch_.note_lost_record(name);
  }
  note(fmt::format("{} records of {} are lost", lost, space));
}

void Saboteur::end() {
  ended_ = true;
  for (const auto& undoing : std::exchange(undoings_, {}))
    if (const auto undo_now = std::exchange(*undoing, nullptr)) undo_now();
  for (auto& [space, site] : world_.sites()) {
    site.cloud->set_troubles({});
    site.model->set_faults({});
  }
  world_.directory().troubles = {};
  for (auto& [name, queue] : world_.queues()) {
    queue.make_endless();
    QueueSettings& settings = queue.settings();
    settings.failure_rate = settings.crash_rate = settings.hang_rate = 0;
  }
  for (std::size_t i = 0; i < world_.managers(); ++i) {
    world_.kill_manager(i);  // whatever was to happen to it
    world_.start_manager(i);
  }
  note("nothing goes wrong any more");
}

}  // namespace vacuum::sim
