#include "sim/world/manager_process.hpp"

#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/version.hpp"

namespace vacuum::sim {
namespace {

constexpr Milliseconds kJoinRetry{2000};

std::string program_version() {
  return fmt::format("Vacuum {}", version());
}

/// The fence of a manager among others, as a thing of its own.
class FenceOf final : public Fence {
 public:
  explicit FenceOf(const Fence& fence) : fence_(fence) {}
  [[nodiscard]] bool is_open() const override { return fence_.is_open(); }

 private:
  const Fence& fence_;
};

}  // namespace

ManagerProcess::ManagerProcess(const ManagerHost& host, const ManagerWorld& world, std::uint64_t seed)
    : world_(world),
      name_(host.name),
      process_(world.time),
      directory_(process_, world.directory, host.name, host.cut_off),
      managers_(process_, world.directory, host.cut_off),
      clock_(process_, host.clock_offset),
      log_(world.on_log, world.log_level),
      events_(world.on_event) {
  canary_register_ = make_canary_register(world.canary, managers_);
  ManagerRegister& managers = canary_register_ ? *canary_register_ : managers_;
  if (world.lease) {
    membership_ = std::make_unique<Membership>(managers, clock_, log_, membership_settings(host), seed);
  } else {
    RandomStream random(seed);
    sole_ = std::make_unique<SoleStanding>(make_incarnation_id(host.name, random.letters_and_digits(10)));
  }
  make_fences();
  canary_store_ = make_canary_store(world.canary, directory_);
  MachineStore& store = canary_store_ ? *canary_store_ : directory_;
  fenced_store_ = std::make_unique<FencedStore>(store, *fence_);
  canary_accounting_ = make_canary_accounting(world.canary, directory_, clock_);
  AccountingSink& accounting = canary_accounting_ ? *canary_accounting_ : directory_;
  canary_turns_ = make_canary_turns(world.canary);
  CreationTurns& turns = canary_turns_ ? *canary_turns_ : managers_;
  Standings& standings = membership_ ? static_cast<Standings&>(*membership_) : *sole_;
  const ControlPorts ports{*fenced_store_, files_,     clock_,           log_,         events_, web_,
                           accounting,     datagrams_, heartbeat_lists_, host_health_, faults_, directory_,
                           side_work_,     token_key_, images_,          signatures_,  turns,   standings};
  manager_ = std::make_unique<Manager>(
      ports, ManagerIdentity{host.name, program_version()},
      [this](const SpaceConfiguration& space) { return make_cloud(space.settings.name); },
      [this](Reload) -> std::optional<Configuration> {
        if (std::exchange(configured_, true)) return std::nullopt;
        return with_canary(world_.canary, world_.configuration());
      },
      ManagerOptions{.interval = world.interval, .stop_grace = Milliseconds{20'000}, .seed = seed});
  if (membership_) membership_->on_change([this] { manager_->wake_spaces(); });
}

void ManagerProcess::make_fences() {
  const bool all_open = !membership_ || world_.canary == Canary::unfenced;
  const auto fence = [&](bool open) -> std::unique_ptr<Fence> {
    if (open) return std::make_unique<OpenFence>();
    return std::make_unique<FenceOf>(*membership_);
  };
  fence_ = fence(all_open);
  cloud_fence_ = fence(all_open || world_.canary == Canary::unfenced_cloud);
}

std::shared_ptr<Cloud> ManagerProcess::make_cloud(const SpaceName& space) {
  CloudSite& site = world_.site(space);
  auto door = std::make_shared<CloudDoor>(process_, site,
                                          [this, space](CloudChange change, const MachineName& machine) {
                                            if (world_.on_cloud_change)
                                              world_.on_cloud_change(change, space, machine, name_);
                                          });
  auto cloud = make_canary_cloud(world_.canary, std::move(door), site);
  return std::make_shared<FencedCloud>(std::move(cloud), *cloud_fence_);
}

ManagerProcess::~ManagerProcess() {
  process_.kill();
  world_.time.settle();
}

std::optional<IncarnationId> ManagerProcess::incarnation() const {
  const auto standing = membership_ && !process_.ended() ? membership_->standing() : nullptr;
  return standing ? std::optional(standing->incarnation) : std::nullopt;
}

MembershipSettings ManagerProcess::membership_settings(const ManagerHost& host) const {
  return {.name = host.name,
          .version = program_version(),
          .host = host.name.text(),
          .boot_id = "boot-of-" + host.name.text(),
          .state_directory = "/var/lib/vcycle",
          .process = 1,
          .lease = *world_.lease};
}

void ManagerProcess::start() {
  boost::asio::co_spawn(world_.time.loop(), live(), [this](std::exception_ptr failure) {
    stopped_ = true;
    if (failure) std::rethrow_exception(failure);
  });
}

/// As vcycled does it.
Async<void> ManagerProcess::live() {
  if (membership_) co_return co_await live_among_others();
  co_await manager_->run(stop_.get_token());
}

Async<void> ManagerProcess::live_among_others() {
  for (;;) {
    const auto joined = co_await membership_->join(stop_.get_token());
    if (joined) break;
    log_.error("{}", joined.error().message);
    if (joined.error().decision == JoinError::Decision::refused || stop_.stop_requested()) co_return;
    co_await clock_.sleep(kJoinRetry, stop_.get_token());
  }
  boost::asio::co_spawn(world_.time.loop(), membership_->run(membership_stop_.get_token()),
                        boost::asio::detached);
  co_await manager_->run(stop_.get_token());
  membership_stop_.request_stop();
  co_await membership_->leave();
}

}  // namespace vacuum::sim
