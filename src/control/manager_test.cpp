#include "control/manager.hpp"

#include <gtest/gtest.h>

#include "control/testing/fake_ports.hpp"
#include "ports/testing/fake_cloud.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

SpaceConfiguration good_space(const std::string& name) {
  SpaceConfiguration space;
  space.settings.name = SpaceName{name};
  space.settings.processors_limit = 2;
  space.settings.max_created_percent = 100;
  space.settings.machinetypes.resize(1);
  auto& type = space.settings.machinetypes[0];
  type.name = MachinetypeName{"prod"};
  type.target_share = 1;
  type.flavors = {FlavorName{"small"}};
  type.user_data.location = "/template";
  type.root_image.location = "os";
  space.usable = true;
  return space;
}

class ManagerTest : public ::testing::Test, protected FakePorts {
 protected:
  ManagerTest() { files.files["/template"] = "#!/bin/sh\n"; }

  Manager make_manager() {
    const auto make_cloud = [this](const SpaceConfiguration& space) -> std::shared_ptr<Cloud> {
      ++clouds_made;
      auto& cloud = clouds[space.settings.name.text()];
      if (!cloud) cloud = std::make_shared<FakeCloud>();
      return cloud;
    };
    const auto source = [this](Reload) { return std::exchange(next, std::nullopt); };
    return Manager(ports(), {ManagerName{"me"}, "Vacuum 1"}, make_cloud, source, {});
  }

  void configure(std::vector<SpaceConfiguration> spaces) {
    next = Configuration{};
    next->parsed = true;
    next->spaces = std::move(spaces);
  }

  void start(Manager& manager) {
    boost::asio::co_spawn(loop, manager.run(stop.get_token()), [this](std::exception_ptr) { ended = true; });
    settle(loop);
  }

  void next_cycle() {
    clock.advance(Milliseconds{60000});
    settle(loop);
  }

  std::size_t servers(const std::string& space) { return clouds[space] ? clouds[space]->servers.size() : 0; }

  boost::asio::io_context loop;
  std::map<std::string, std::shared_ptr<FakeCloud>> clouds;
  int clouds_made = 0;
  std::optional<Configuration> next;
  std::stop_source stop;
  bool ended = false;
};

TEST_F(ManagerTest, EverySpaceHasItsOwnLoop) {
  configure({good_space("a"), good_space("b")});
  auto manager = make_manager();
  start(manager);
  EXPECT_EQ(servers("a"), 2u);
  EXPECT_EQ(servers("b"), 2u);
}

TEST_F(ManagerTest, ABadSpaceIsSkippedWithItsReasonAndTheOthersGoOn) {
  auto bad = good_space("bad");
  bad.usable = false;
  bad.diagnostics = {{Severity::error, {"vcycle.conf", 3}, "space bad", "url", "is missing", "add it"}};
  configure({bad, good_space("good")});
  auto manager = make_manager();
  start(manager);
  EXPECT_EQ(servers("bad"), 0u);
  EXPECT_EQ(servers("good"), 2u);
  EXPECT_NE(store.spaces[SpaceName{"bad"}].status.find("is missing"), std::string::npos);
}

TEST_F(ManagerTest, AConfigurationThatDoesNotParseKeepsTheLastGoodOneAndCreatesNothing) {
  configure({good_space("a")});
  auto manager = make_manager();
  start(manager);
  clouds["a"]->servers.clear();
  store.spaces[SpaceName{"a"}].current.clear();
  next = Configuration{};
  next_cycle();
  next_cycle();
  EXPECT_EQ(servers("a"), 0u);
  EXPECT_NE(store.spaces[SpaceName{"a"}].status.find("cannot be read"), std::string::npos);
  configure({good_space("a")});
  next_cycle();
  next_cycle();
  EXPECT_EQ(servers("a"), 2u);
}

TEST_F(ManagerTest, ASpaceThatTurnsBadKeepsItsLastGoodConfigurationWithoutNewMachines) {
  configure({good_space("a")});
  auto manager = make_manager();
  start(manager);
  auto bad = good_space("a");
  bad.usable = false;
  configure({bad});
  next_cycle();
  for (auto& server : clouds["a"]->servers) server.state = MachineState::shutdown;
  next_cycle();
  EXPECT_EQ(clouds["a"]->removed.size(), 2u);
  EXPECT_EQ(clouds["a"]->requests.size(), 2u);
}

TEST_F(ManagerTest, ARemovedSpaceIsLeftAsItIs) {
  configure({good_space("a")});
  auto manager = make_manager();
  start(manager);
  configure({});
  next_cycle();
  const auto calls = clouds["a"]->calls.size();
  next_cycle();
  next_cycle();
  EXPECT_EQ(clouds["a"]->calls.size(), calls);
  EXPECT_EQ(servers("a"), 2u);
}

TEST_F(ManagerTest, AChangeOfSharesKeepsTheConnectionToTheCloud) {
  configure({good_space("a")});
  auto manager = make_manager();
  start(manager);
  auto more = good_space("a");
  more.settings.processors_limit = 3;
  configure({more});
  next_cycle();
  next_cycle();
  EXPECT_EQ(servers("a"), 3u);
  EXPECT_EQ(clouds_made, 1);
}

TEST_F(ManagerTest, AStopEndsAllLoops) {
  configure({good_space("a"), good_space("b")});
  auto manager = make_manager();
  start(manager);
  stop.request_stop();
  settle(loop);
  clock.advance(Milliseconds{100});
  settle(loop);
  EXPECT_TRUE(ended);
  EXPECT_EQ(clock.sleepers(), 0u);
}

TEST_F(ManagerTest, RunOnceTellsWhetherEveryCycleWasDone) {
  configure({good_space("a")});
  auto manager = make_manager();
  EXPECT_TRUE(run(loop, manager.run_once()));
  configure({good_space("a")});
  clouds["a"]->fail_list = CloudError{CloudDecision::retry, "down"};
  EXPECT_FALSE(run(loop, manager.run_once()));
}

}  // namespace
}  // namespace vacuum
