#include "sim/workload.hpp"

#include <gtest/gtest.h>

#include "sim/cloud_model.hpp"
#include "sim/scenario.hpp"
#include "sim/testing/site.hpp"

namespace vacuum::sim {
namespace {

constexpr Moment kStart{Seconds{1'700'000'000}};

Moment at(double seconds) {
  return kStart + Milliseconds{static_cast<std::int64_t>(seconds * 1000)};
}

/// A cloud whose servers run at once, with one machinetype "work".
class WorkloadTest : public ::testing::Test {
 protected:
  void begin(WorkSettings settings) {
    CloudSettings cloud = default_scenario().cloud;
    cloud.schedule_seconds = cloud.build_seconds = {0, 0};
    workload_.emplace(std::map<std::string, WorkSettings>{{"work", std::move(settings)}}, 1, kStart, files);
    model_.emplace(cloud, 1, *workload_, kStart);
  }
  const CloudServer* create(double seconds, std::string machinetype = "work") {
    CreateOrder order;
    order.name = "vm";
    order.metadata = {{"machinetype", std::move(machinetype)}};
    return *model_->create(order, at(seconds));
  }
  void run_to(double seconds) { model_->advance(at(seconds)); }
  std::string message() const {
    for (const auto& [file, content] : files.files.contains("vm") ? files.files.at("vm") : kNone)
      if (file == "shutdown_message") return content;
    return {};
  }
  static WorkSettings exact() {
    WorkSettings settings;
    settings.boot_seconds = {2, 2};
    settings.work_seconds = {10, 10};
    settings.idle_seconds = {3, 3};
    return settings;
  }

  static inline const std::vector<std::pair<std::string, std::string>> kNone;
  testing::RememberedFiles files;
  std::optional<Workload> workload_;
  std::optional<CloudModel> model_;
};

TEST_F(WorkloadTest, WorksThenLeavesItsMessageAndPowersOff) {
  begin(exact());
  const CloudServer* server = create(0);
  run_to(11.9);
  EXPECT_EQ(server->status, ServerStatus::active);
  EXPECT_EQ(message(), "");
  run_to(12);
  EXPECT_EQ(server->status, ServerStatus::stopped);
  EXPECT_EQ(message(), "200 Success\n");
  EXPECT_EQ(workload_->outcomes().at("work").at(200), 1u);
}

TEST_F(WorkloadTest, StopsSoonWhereThereIsNoWork) {
  WorkSettings settings = exact();
  settings.work.always = false;
  begin(settings);
  const CloudServer* server = create(0);
  run_to(5);
  EXPECT_EQ(server->status, ServerStatus::stopped);
  EXPECT_EQ(message(), "300 No more work\n");
}

TEST_F(WorkloadTest, FindsWorkInsideItsWindowsOnlyAndAgainInTheNextPeriod) {
  WorkTimes times;
  times.always = false;
  times.windows = {{0, 18}, {20, 21}};
  times.period = 33;
  EXPECT_TRUE(times.has_work(0));
  EXPECT_TRUE(times.has_work(17.9));
  EXPECT_FALSE(times.has_work(18));
  EXPECT_TRUE(times.has_work(20.5));
  EXPECT_FALSE(times.has_work(32.9));
  EXPECT_TRUE(times.has_work(33));
  times.period = 0;
  EXPECT_FALSE(times.has_work(33));
}

TEST_F(WorkloadTest, WritesItsHeartbeatWhileItLives) {
  WorkSettings settings = exact();
  settings.heartbeat_seconds = 4;
  begin(settings);
  create(0);
  run_to(100);
  std::vector<std::string> beats;
  for (const auto& [file, content] : files.files.at("vm"))
    if (file == "heartbeat") beats.push_back(content);
  EXPECT_EQ(beats, (std::vector<std::string>{"1700000002\n", "1700000006\n", "1700000010\n"}));
}

TEST_F(WorkloadTest, FailsCrashesAndHangsAsOftenAsItIsTold) {
  WorkSettings failing = exact();
  failing.failure_rate = 1;
  failing.failures = {{600, "Grid-wide problem"}};
  begin(failing);
  create(0);
  run_to(20);
  EXPECT_EQ(message(), "600 Grid-wide problem\n");

  files.files.clear();
  WorkSettings crashing = exact();
  crashing.crash_rate = 1;
  begin(crashing);
  const CloudServer* crashed = create(0);
  run_to(20);
  EXPECT_EQ(crashed->status, ServerStatus::stopped);
  EXPECT_EQ(message(), "");
  EXPECT_EQ(workload_->outcomes().at("work").at(0), 1u);

  WorkSettings hanging = exact();
  hanging.hang_rate = 1;
  hanging.heartbeat_seconds = 1;
  begin(hanging);
  const CloudServer* hung = create(0);
  run_to(100'000);
  EXPECT_EQ(hung->status, ServerStatus::active);
  EXPECT_LE(files.files["vm"].size(), 1u);
}

TEST_F(WorkloadTest, LeavesServersOfOtherMachinetypesRunningForEver) {
  begin(exact());
  const CloudServer* other = create(0, "unheard-of");
  run_to(100'000);
  EXPECT_EQ(other->status, ServerStatus::active);
  EXPECT_EQ(message(), "");
}

TEST_F(WorkloadTest, SaysNothingForAServerThatIsDeletedInTheMiddle) {
  begin(exact());
  const std::string id = create(0)->id;
  model_->vanish(id, at(5));
  run_to(100);
  EXPECT_EQ(message(), "");
}

}  // namespace
}  // namespace vacuum::sim
