#include "control/manager.hpp"

#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>

#include "control/concurrently.hpp"
#include "control/status.hpp"

namespace vacuum {
namespace {

/// How often a stop looks whether all has ended.
constexpr Milliseconds kStopPoll{20};

std::vector<std::string> sentences(const std::vector<Diagnostic>& diagnostics) {
  std::vector<std::string> texts;
  for (const Diagnostic& diagnostic : diagnostics) texts.push_back(to_string(diagnostic));
  return texts;
}

void log_diagnostics(Log& log, const std::vector<Diagnostic>& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics) {
    log.write(diagnostic.severity == Severity::error ? LogLevel::error : LogLevel::warning,
              to_string(diagnostic));
  }
}

}  // namespace

Manager::Manager(ControlPorts ports, ManagerIdentity manager, CloudFactory make_cloud,
                 ConfigurationSource configuration, ManagerOptions options)
    : ports_(ports),
      manager_(std::move(manager)),
      make_cloud_(std::move(make_cloud)),
      configuration_(std::move(configuration)),
      options_(options) {}

Async<void> Manager::run(std::stop_token stop) {
  const std::stop_callback wake_at_stop(stop, [this] { wake_.request_stop(); });
  while (!stop.stop_requested()) {
    co_await follow_configuration(std::exchange(next_reload_, Reload::if_changed));
    co_await start_new_loops();
    co_await ports_.clock.sleep(options_.interval, wake_.get_token());
    if (!stop.stop_requested()) wake_ = std::stop_source();
  }
  for (auto& [name, space] : spaces_) space->stop.request_stop();
  const Milliseconds deadline = ports_.clock.monotonic() + options_.stop_grace;
  while (loops_under_way_ > 0 && ports_.clock.monotonic() < deadline) {
    co_await ports_.clock.sleep(kStopPoll, std::stop_token());
  }
  if (loops_under_way_ > 0) {
    ports_.log.warning("{} spaces were stopped in the middle of a cycle; what they asked for is on record",
                       loops_under_way_);
  }
}

Async<void> Manager::start_new_loops() {
  const auto executor = co_await boost::asio::this_coro::executor;
  for (const auto& [name, space] : spaces_) {
    if (std::exchange(space->runs, true)) continue;
    ++loops_under_way_;
    auto ended = [this, space](std::exception_ptr) { --loops_under_way_; };
    boost::asio::co_spawn(executor, space->loop->run(options_.interval, space->stop.get_token()),
                          std::move(ended));
  }
}

Async<bool> Manager::run_once() {
  co_await follow_configuration(Reload::always);
  std::vector<std::shared_ptr<Space>> spaces;
  for (const auto& [name, space] : spaces_) spaces.push_back(space);
  bool all_done = configuration_good_;
  const std::function<Async<void>(std::size_t)> body = [&](std::size_t i) -> Async<void> {
    co_await spaces[i]->loop->prepare();
    const auto result = co_await spaces[i]->loop->cycle(options_.interval);
    all_done = all_done && result == SpaceLoop::CycleResult::done;
  };
  co_await for_each_concurrently(spaces.size(), spaces.size(), body);
  co_return all_done;
}

void Manager::reload() {
  next_reload_ = Reload::always;
  wake_.request_stop();
}

void Manager::wake_spaces() {
  for (auto& [name, space] : spaces_) space->loop->wake();
}

Async<void> Manager::follow_configuration(Reload reload) {
  auto configuration = configuration_(reload);
  if (!configuration) co_return;
  log_diagnostics(ports_.log, configuration->all_diagnostics());
  configuration_good_ = configuration->parsed && !has_error(configuration->diagnostics);
  if (!configuration->parsed) {
    ports_.log.error("the configuration cannot be read; the last good one stays, and nothing new is created");
    hold_all("the configuration cannot be read; see the log");
    co_return;
  }
  end_removed_spaces(*configuration);
  for (SpaceConfiguration& space : configuration->spaces) {
    const bool good = co_await take_space(space);
    configuration_good_ = configuration_good_ && good;
  }
  if (configuration->spaces.empty())
    ports_.log.warning("the configuration has no [space …] section: nothing to do");
}

void Manager::hold_all(const std::string& because) {
  for (auto& [name, space] : spaces_) space->loop->assign(assignment(*space, because, {because}));
}

Async<bool> Manager::take_space(SpaceConfiguration& space) {
  const SpaceName name = space.settings.name;
  const auto running = spaces_.find(name);
  if (space.usable) {
    if (running == spaces_.end()) {
      start_space(space);
    } else {
      change_space(*running->second, space);
    }
    co_return true;
  }
  if (running == spaces_.end()) {
    ports_.log.error("space {} is left alone: its configuration has errors", name);
    co_await publish_problem(space);
  } else {
    ports_.log.error(
        "space {}: its new configuration has errors; the last good one stays, without new machines", name);
    auto held = assignment(*running->second, "its configuration has errors; see vcycle check",
                           sentences(space.diagnostics));
    running->second->loop->assign(std::move(held));
  }
  co_return false;
}

void Manager::start_space(SpaceConfiguration& space) {
  auto running = std::make_shared<Space>();
  running->cloud = make_cloud_(space);
  running->configuration = std::move(space);
  auto first = assignment(*running, {}, sentences(running->configuration.diagnostics));
  const std::uint64_t seed = options_.seed ^ std::hash<SpaceName>{}(running->configuration.settings.name);
  running->loop = std::make_unique<SpaceLoop>(ports_, manager_, std::move(first), seed);
  spaces_.emplace(running->configuration.settings.name, running);
  ports_.log.info("space {}: {} machinetypes", running->configuration.settings.name,
                  running->configuration.settings.machinetypes.size());
}

void Manager::change_space(Space& running, SpaceConfiguration& space) {
  if (!(running.configuration.cloud == space.cloud)) running.cloud = make_cloud_(space);
  running.configuration = std::move(space);
  running.loop->assign(assignment(running, {}, sentences(running.configuration.diagnostics)));
}

void Manager::end_removed_spaces(const Configuration& configuration) {
  std::erase_if(spaces_, [&](auto& entry) {
    for (const auto& space : configuration.spaces) {
      if (space.settings.name == entry.first) return false;
    }
    ports_.log.warning("space {} is no longer configured: its machines are left as they are", entry.first);
    entry.second->stop.request_stop();
    return true;
  });
}

Async<void> Manager::publish_problem(const SpaceConfiguration& space) {
  StatusParts parts{.space = space.settings.name,
                    .manager = manager_,
                    .began = ports_.clock.now(),
                    .until_next = options_.interval,
                    .error = "its configuration has errors",
                    .problems = sentences(space.diagnostics)};
  auto document = status_text(parts);
  const auto published = co_await ports_.store.publish_status(space.settings.name, std::move(document));
  if (!published) ports_.log.error("space {}: {}", space.settings.name, published.error().message);
}

SpaceAssignment Manager::assignment(const Space& space, std::string held_because,
                                    std::vector<std::string> problems) const {
  return {space.configuration.settings, space.cloud, std::move(held_because), std::move(problems)};
}

}  // namespace vacuum
