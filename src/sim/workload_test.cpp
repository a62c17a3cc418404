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

TEST_F(WorkloadTest, PowersOffWhenItsMessageHasArrived) {
  files.sending = Sending::under_way;
  begin(exact());
  const CloudServer* server = create(0);
  run_to(20);
  EXPECT_EQ(message(), "200 Success\n");
  EXPECT_EQ(server->status, ServerStatus::active) << "the message is under way";
  model_->guest_sent(server->serial, "heartbeat", at(21));
  EXPECT_EQ(server->status, ServerStatus::active) << "that was another file";
  model_->guest_sent(server->serial, "shutdown_message", at(22));
  EXPECT_EQ(server->status, ServerStatus::stopped);
  EXPECT_EQ(workload_->outcomes().at("work").at(200), 1u);
}

TEST_F(WorkloadTest, WaitsNoLongerThanAMinuteForItsMessageToArrive) {
  files.sending = Sending::under_way;
  begin(exact());
  const CloudServer* server = create(0);
  run_to(71.9);
  EXPECT_EQ(server->status, ServerStatus::active);
  run_to(72);
  EXPECT_EQ(server->status, ServerStatus::stopped);
  model_->guest_sent(server->serial, "shutdown_message", at(80));  // too late: no effect
}

TEST_F(WorkloadTest, LooksAtItsFeaturesFromItsBootOn) {
  WorkSettings settings = exact();
  settings.features_seconds = 4;
  begin(settings);
  const CloudServer* server = create(0);
  run_to(1.9);
  EXPECT_TRUE(files.looks.empty());
  run_to(2);
  EXPECT_EQ(files.looks, std::vector{Look::at_everything});
  model_->guest_learned(server->serial, {{{"total_cpu", "2"}}, {}}, at(3));
  run_to(6);
  EXPECT_EQ(files.looks, (std::vector{Look::at_everything, Look::at_shutdown_times}));
  EXPECT_EQ(workload_->features_of(*server)->machine.at("total_cpu"), "2");
}

TEST_F(WorkloadTest, EndsAtItsShutdownTimeAndSaysThatItWasAsked) {
  begin(exact());
  const CloudServer* server = create(0);
  run_to(2);
  model_->guest_learned(server->serial, {{}, {{"shutdowntime_job", "1700000007"}}}, at(3));
  run_to(6.9);
  EXPECT_EQ(server->status, ServerStatus::active);
  run_to(7);
  EXPECT_EQ(server->status, ServerStatus::stopped);
  EXPECT_EQ(message(), "100 Shutdown as requested by the VM's host\n");
}

TEST_F(WorkloadTest, IsNotMovedByAShutdownTimeBehindItsEndOrByNoTime) {
  begin(exact());
  const CloudServer* server = create(0);
  run_to(2);
  model_->guest_learned(server->serial,
                        {{{"shutdowntime", "1800000000"}}, {{"shutdowntime_job", "tomorrow"}}}, at(3));
  run_to(12);
  EXPECT_EQ(server->status, ServerStatus::stopped);
  EXPECT_EQ(message(), "200 Success\n");
}

TEST_F(WorkloadTest, IsAskedOnceForEachMomentHoweverOftenItHearsSomething) {
  WorkSettings settings = exact();
  settings.heartbeat_seconds = 4;
  begin(settings);
  const CloudServer* server = create(0);
  for (double second = 2; second < 6; second += 0.5)
    model_->guest_sent(server->serial, "heartbeat", at(second));
  run_to(100);
  EXPECT_EQ(files.files.at("vm").size(), 4u) << "three heartbeats and a message";
}

}  // namespace
}  // namespace vacuum::sim
