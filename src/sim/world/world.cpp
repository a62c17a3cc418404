#include "sim/world/world.hpp"

#include <limits>

#include <fmt/format.h>

namespace vacuum::sim {
namespace {

constexpr std::string_view kImage = "simulated";
constexpr Milliseconds kUsualLease{15'000};

int processors_of(const CloudModel& model, const CloudServer& server) {
  return model.flavors()[server.flavor].processors;
}

}  // namespace

World::World(WorldSettings settings, std::uint64_t seed)
    : settings_(std::move(settings)),
      start_(settings_.start),
      time_(start_),
      manager_world_{.time = time_, .directory = directory_, .site = {}, .configuration = {}},
      seeds_(seed) {
  for (const QueueSettings& queue : settings_.queues) queues_.emplace(queue.name, JobQueue(queue, start_));
  for (SimulatedSpace& space : settings_.spaces) {
    space.cloud.images = {{std::string(kImage)}};
    add_site(space, seeds_.below(std::numeric_limits<std::uint32_t>::max()));
  }
  directory_.draws = RandomStream(seeds_.below(std::numeric_limits<std::uint32_t>::max()));
  connect();
  for (int i = 0; i < settings_.managers; ++i) {
    Host host;
    host.host = std::make_unique<ManagerHost>();
    host.host->name = ManagerName(fmt::format("manager{}.example.com", i + 1));
    hosts_.push_back(std::move(host));
  }
}

World::~World() {
  on_killed = nullptr;  // whoever watched may be gone
  for (std::size_t i = 0; i < hosts_.size(); ++i) kill_manager(i);
}

std::map<std::string, GuestSettings> World::guest_settings(const SimulatedSpace& space) {
  std::map<std::string, GuestSettings> settings;
  for (const MachinetypeSettings& type : space.configuration.settings.machinetypes) {
    GuestSettings guest;
    guest.life = type.max_wallclock;
    if (const auto named = space.queue_names.find(type.name.text()); named != space.queue_names.end()) {
      const auto queue = queues_.find(named->second);
      if (queue != queues_.end()) guest.queue = &queue->second;
    }
    settings.emplace(type.name.text(), guest);
  }
  return settings;
}

void World::add_site(SimulatedSpace space, std::uint64_t seed) {
  const SpaceName name = space.configuration.settings.name;
  Site& site = sites_[name];
  site.settings = std::move(space);
  Site* there = &site;
  site.guests = std::make_unique<SiteGuests>(
      name, guest_settings(site.settings), seed, directory_,
      [there](const CloudServer& server) { return processors_of(*there->model, server); });
  site.guests->now = [this] { return time_.now(); };
  site.guests->on_end = [this](const CloudServer& server, const GuestLife& life) {
    if (on_guest_end) on_guest_end(server, life);
  };
  site.model = std::make_unique<CloudModel>(site.settings.cloud, seed + 1, *site.guests, start_);
  site.cloud = std::make_unique<CloudSite>(time_, *site.model, seed + 10);
  site.cloud->set_troubles(site.settings.troubles);
  site.cloud->on_created = [this, name](const CloudServer& server) {
    if (on_created) on_created(name, server);
  };
  time_.follow(
      {[there] { return there->model->next_event(); }, [there](Moment now) { there->model->advance(now); }});
  add_foreign(site);
}

void World::add_foreign(Site& site) {
  if (site.model->flavors().empty()) return;
  int left = site.settings.foreign_processors;
  for (int i = 0; left > 0; ++i) {
    CreateOrder order;
    order.name = fmt::format("others-{}", i);
    order.has_guest = false;
    order.networking = Networking::none;
    const CloudServer* server = site.model->create_running(order, start_, start_);
    left -= processors_of(*site.model, *server);
  }
}

void World::tell_shutdown(const SpaceName& space, const MachineName& machine, TimePoint end) {
  Site& site = sites_.at(space);
  const auto serial = site.guests->serial_of(machine);
  GuestFeatures features;
  features.job["shutdowntime_job"] = fmt::format("{}", to_unix(end));
  if (serial) site.model->guest_learned(*serial, features, time_.now());
}

void World::connect() {
  directory_.running_heartbeat = [this](const SpaceName& space, const MachineName& machine) {
    return sites_.at(space).guests->heartbeat(machine, time_.now());
  };
  directory_.on_shutdown_time = [this](const SpaceName& space, const MachineName& machine, TimePoint end) {
    tell_shutdown(space, machine, end);
  };
  manager_world_.interval = settings_.interval;
  manager_world_.canary = settings_.canary;
  manager_world_.lease = settings_.lease;
  if (settings_.managers > 1 && !settings_.lease) manager_world_.lease = kUsualLease;
  manager_world_.site = [this](const SpaceName& space) -> CloudSite& { return *sites_.at(space).cloud; };
  manager_world_.configuration = [this] {
    Configuration configuration;
    configuration.parsed = true;
    for (const auto& space : settings_.spaces) configuration.spaces.push_back(space.configuration);
    return configuration;
  };
}

void World::start_manager(std::size_t manager) {
  Host& host = hosts_.at(manager);
  if (host.life) return;
  const std::uint64_t seed = seeds_.below(std::numeric_limits<std::uint32_t>::max());
  ++host.lives;
  host.life = std::make_unique<ManagerProcess>(*host.host, manager_world_, seed);
  host.life->start();
}

void World::kill_manager(std::size_t manager) {
  Host& host = hosts_.at(manager);
  if (!host.life) return;
  host.life->process().kill();
  time_.settle();  // its coroutines are gone then
  host.life.reset();
  if (on_killed) on_killed(manager);
}

void World::kill_after(std::size_t manager, std::uint64_t steps) {
  ManagerProcess* life = running(manager);
  if (life == nullptr) return;
  const std::uint64_t number = hosts_.at(manager).lives;
  life->process().end_after(steps, [this, manager, number] {
    time_.at(time_.now(), [this, manager, number] {
      if (hosts_.at(manager).lives == number)
        kill_manager(manager);  // else it is dead, and another one lives
    });
  });
}

}  // namespace vacuum::sim
