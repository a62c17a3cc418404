#include "programs/vcycle/plan_command.hpp"

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include "adapters/shared_directory/order_directory.hpp"
#include "adapters/shared_directory/shared_directory_store.hpp"
#include "adapters/system/local_file_reader.hpp"
#include "adapters/system/spdlog_log.hpp"
#include "adapters/system/system_clock.hpp"
#include "base/version.hpp"
#include "control/holds.hpp"
#include "control/observer.hpp"
#include "control/proxy_issuers.hpp"
#include "control/standing_orders.hpp"
#include "control/status.hpp"
#include "policy/plan.hpp"
#include "policy/plan_lint.hpp"
#include "programs/common/make_cloud.hpp"
#include "programs/common/run_to_end.hpp"
#include "programs/vcycle/plan_text.hpp"

namespace vacuum {
namespace {

/// Names and zones of the machines that would be created are drawn anew each time: any seed does.
constexpr std::uint64_t kSeed = 1;

/// What the command looks with.
struct Eyes {
  explicit Eyes(const DiskPlaces& places)
      : store(places.state_directory, SharedDirectoryStore::Access::read_only, worker),
        orders(places.state_directory, worker) {}

  boost::asio::io_context loop;
  DiskWorker worker;
  SharedDirectoryStore store;
  OrderDirectory orders;
  LocalFileReader files{worker};
  SystemClock clock;
  SpdlogLog log{{.level = LogLevel::error}};
  OpenFence fence;
};

struct Output {
  Format format;
  std::ostream& out;
  std::ostream& errors;
  boost::json::array documents;
};

void show(const Plan& plan, const Fleet& fleet, const SpaceSettings& settings, TimePoint now,
          Output& output) {
  if (output.format == Format::table) {
    output.out << plan_text(plan, fleet, settings);
    return;
  }
  const ManagerIdentity nobody{ManagerName{}, fmt::format("Vacuum {}", version())};
  const StatusParts parts{.space = settings.name,
                          .manager = nobody,
                          .began = now,
                          .plan = &plan,
                          .foreign = fleet.foreign,
                          .quota = fleet.quota};
  auto document = boost::json::parse(status_text(parts)).as_object();
  document["actions"] = plan_actions_json(plan, fleet, settings);
  output.documents.push_back(std::move(document));
}

bool plan_space(Eyes& eyes, const SpaceConfiguration& space, Output& output) {
  const SpaceSettings& settings = space.settings;
  for (const Diagnostic& diagnostic : space.diagnostics) output.errors << to_string(diagnostic) << "\n";
  if (!space.usable) {
    output.errors << fmt::format("vcycle: space {} is left alone: its configuration has errors\n",
                                 settings.name);
    return false;
  }
  const auto cloud = make_cloud(space, eyes.loop.get_executor(), eyes.clock, eyes.log, eyes.fence);
  Observer observer(*cloud, eyes.store, eyes.clock);
  const auto orders = run_to_end(eyes.loop, eyes.orders.read(settings.name));
  if (!orders) {
    output.errors << fmt::format("vcycle: space {}: {}\n", settings.name, orders.error().message);
    return false;
  }
  FleetKeeper keeper(settings.name);
  const auto looked = run_to_end(eyes.loop, observer.observe(settings, keeper, nullptr));
  if (!looked) {
    output.errors << fmt::format("vcycle: space {}: {}\n", settings.name, looked.error().message);
    return false;
  }
  const Fleet& fleet = keeper.fleet();
  take_orders(*orders, keeper.fleet());
  Holds holds(settings.machinetypes.size());
  hold_drained(*orders, settings, holds);
  const TimePoint now = eyes.clock.now();
  RandomStream random(kSeed);
  ProxyIssuers proxies;
  run_to_end(eyes.loop, proxies.read(eyes.files, settings, now, holds));
  const PlanInput input{.fleet = fleet, .settings = settings, .now = now, .holds = holds.take()};
  const Plan made = plan(input, random);
  for (const auto& fault : plan_lint(input, made))
    output.errors << "vcycle: the plan breaks a rule: " << fault << "\n";
  show(made, fleet, settings, now, output);
  return true;
}

}  // namespace

int run_plan(const CommandOptions& options, std::ostream& out, std::ostream& errors) {
  const Configuration configuration = DiskConfiguration(options.places).load();
  for (const Diagnostic& diagnostic : configuration.diagnostics) errors << to_string(diagnostic) << "\n";
  bool all_good = configuration.parsed && !has_error(configuration.diagnostics);
  Eyes eyes(options.places);
  Output output{options.format, out, errors, {}};
  bool any = false;
  for (const SpaceConfiguration& space : configuration.spaces) {
    if (options.space && space.settings.name != *options.space) continue;
    any = true;
    all_good = plan_space(eyes, space, output) && all_good;
  }
  if (!any) errors << "vcycle: no such space is configured\n";
  if (options.format == Format::json) {
    out << boost::json::serialize(boost::json::object{{"spaces", std::move(output.documents)}}) << "\n";
  }
  return all_good && any ? 0 : 1;
}

}  // namespace vacuum
