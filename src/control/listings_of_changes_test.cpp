// The loop of a space on a cloud that lists what changed.
#include <algorithm>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "control/fleet_keeper.hpp"
#include "control/space_loop.hpp"
#include "control/testing/fake_ports.hpp"
#include "control/testing/small_space.hpp"
#include "ports/testing/fake_cloud.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

const SpaceName kSpace{"space"};

class ListingsOfChangesTest : public ::testing::Test, protected FakePorts {
 protected:
  ListingsOfChangesTest() {
    assignment.settings = small_space();
    assignment.settings.machinetypes[0].backoff = Seconds{0};
    files.files["/template"] = "#!/bin/sh\n";
    assignment.cloud = std::shared_ptr<Cloud>(&cloud, [](Cloud*) {});
  }

  SpaceLoop make_loop() { return SpaceLoop(ports(), {ManagerName{"me"}, "Vacuum 1"}, assignment, 7); }

  /// A cycle, a minute after the one before. What the cloud has changed since is in cloud.changes.
  void cycle(SpaceLoop& space) {
    clock.advance(Seconds{60});
    cloud.now = clock.now();
    cloud.mark = ListingMark{cloud.now};
    EXPECT_EQ(run(loop, space.cycle(Milliseconds{60000})), SpaceLoop::CycleResult::done);
  }
  /// The four machines of the limit, running and seen.
  void fill(SpaceLoop& space) {
    cycle(space);
    for (Server& server : cloud.servers) {
      server.state = MachineState::running;
      server.started = cloud.now;
    }
    cloud.changes.servers = cloud.servers;
    cycle(space);
  }
  void end(std::size_t index) {
    cloud.changes.gone.push_back({cloud.servers[index].name, cloud.servers[index].id});
    cloud.servers.erase(cloud.servers.begin() + static_cast<std::ptrdiff_t>(index));
  }
  [[nodiscard]] auto count(std::string_view call) const { return std::ranges::count(cloud.calls, call); }

  boost::asio::io_context loop;
  FakeCloud cloud;
  SpaceAssignment assignment;
};

TEST_F(ListingsOfChangesTest, AllIsListedEveryFewMinutesAndChangesInBetween) {
  auto space = make_loop();
  for (int i = 0; i < 11; ++i) {
    cloud.changes.servers = cloud.servers;
    cycle(space);
  }
  EXPECT_EQ(count("list"), 3) << "in the minutes 0, 5 and 10";
  EXPECT_EQ(count("list changes"), 8);
  EXPECT_EQ(cloud.servers.size(), 4u);
}

TEST_F(ListingsOfChangesTest, AMachineThatIsNamedAsGoneTwiceIsArchivedAndReplaced) {
  auto space = make_loop();
  fill(space);
  clock.advance(assignment.settings.create_window);
  cycle(space);
  ASSERT_EQ(cloud.calls.back(), "quota");
  const auto before = count("list");
  end(0);
  const auto gone = cloud.changes.gone;
  cycle(space);
  EXPECT_EQ(store.spaces[kSpace].current.size(), 4u) << "one answer proves nothing";
  cloud.changes.gone = gone;
  cycle(space);
  EXPECT_EQ(count("list"), before) << "no listing of all was needed";
  EXPECT_EQ(store.spaces[kSpace].deleted.size(), 1u);
}

TEST_F(ListingsOfChangesTest, ALostAnswerAsksForAListingOfAll) {
  cloud.unsure_is_done = false;
  cloud.next_creates.push_back(CloudError{CloudDecision::unsure, "closed"});
  auto space = make_loop();
  cycle(space);
  cycle(space);
  EXPECT_EQ(count("list"), 2);
  EXPECT_EQ(count("list changes"), 0);
}

TEST_F(ListingsOfChangesTest, ADeletionOfAVmThatIsNotThereAsksForAListingOfAll) {
  auto space = make_loop();
  fill(space);
  cloud.servers[0].state = MachineState::shutdown;
  cloud.changes.servers = {cloud.servers[0]};
  cloud.fail_remove = CloudError{CloudDecision::not_found, "no such server"};
  const auto before = count("list");
  cycle(space);
  EXPECT_EQ(count("list"), before);
  cycle(space);
  EXPECT_EQ(count("list"), before + 1);
}

TEST_F(ListingsOfChangesTest, NewSettingsAskForAListingOfAll) {
  auto space = make_loop();
  fill(space);
  const auto before = count("list");
  space.assign(assignment);  // it may be another cloud
  cycle(space);
  EXPECT_EQ(count("list"), before + 1);
}

TEST_F(ListingsOfChangesTest, AFailedListingAsksForOneOfAll) {
  auto space = make_loop();
  fill(space);
  cloud.fail_list = CloudError{CloudDecision::retry, "page 2 did not come"};
  clock.advance(Seconds{60});
  EXPECT_EQ(run(loop, space.cycle(Milliseconds{60000})), SpaceLoop::CycleResult::failed);
  cloud.fail_list.reset();
  const auto before = count("list");
  cycle(space);
  EXPECT_EQ(count("list"), before + 1);
}

/// A world of VMs and records that changes at random, and a keeper that is told of the changes alone.
class KeeperPropertyTest : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  static std::string name(std::uint64_t number) { return "vcycle-prod-aaaaaaaaa" + std::to_string(number); }

  void change_a_server() {
    const std::uint64_t number = draws.below(6);
    const auto known = servers.begin() + static_cast<std::ptrdiff_t>(draws.below(servers.size() + 1));
    if (known == servers.end()) {
      servers.push_back({.name = MachineName{number == 5 ? "foreign" : name(number)},
                         .id = ServerId{"id-" + std::to_string(++ids)},
                         .state = MachineState::starting,
                         .processors = draws.below(2) == 0 ? 0 : 2,
                         .created = from_unix(1'800'000'000)});
      page.servers.push_back(servers.back());
    } else if (draws.below(3) == 0) {
      page.gone.push_back({known->name, known->id});
      std::erase_if(page.servers, [&](const Server& server) { return server.id == known->id; });
      servers.erase(known);
    } else {
      known->state = draws.below(2) == 0 ? MachineState::running : MachineState::shutdown;
      known->updated = from_unix(static_cast<std::int64_t>(1'800'000'000 + draws.below(100)));
      page.servers.push_back(*known);
    }
  }
  void change_a_record() {
    const MachineName machine{name(draws.below(5))};
    const auto known = std::ranges::find(records, machine, &MachineRecord::name);
    if (known == records.end()) {
      MachineRecord record{.name = machine, .incarnation = IncarnationId{"a~0000000001"}, .processors = 2};
      records.push_back(record);
    } else if (draws.below(2) == 0) {
      changes.gone.push_back(machine);
      std::erase_if(changes.records, [&](const MachineRecord& record) { return record.name == machine; });
      records.erase(known);
      return;
    } else {
      known->started = from_unix(static_cast<std::int64_t>(1'800'000'000 + draws.below(100)));
    }
    std::erase(changes.gone, machine);
    changes.records.push_back(*std::ranges::find(records, machine, &MachineRecord::name));
  }
  static std::vector<std::string> told(FleetKeeper& keeper) {
    std::vector<std::string> lines;
    for (const Machine& machine : keeper.fleet().machines) {
      const std::string id = machine.state == MachineState::unlisted ? "" : machine.server_id.text();
      lines.push_back(fmt::format("{} {} {} {} {} {} {}", machine.name, id, to_string(machine.state),
                                  static_cast<int>(machine.record), machine.processors,
                                  to_unix(machine.started.value_or(TimePoint{})),
                                  to_unix(machine.cloud_updated.value_or(TimePoint{}))));
    }
    std::ranges::sort(lines);
    lines.push_back(
        fmt::format("foreign {} {}", keeper.fleet().foreign.machines, keeper.fleet().foreign.processors));
    return lines;
  }
  void look(FleetKeeper& keeper, bool at_all) {
    keeper.take_place(SpaceSettings{}, nullptr);
    keeper.begin_listing(at_all ? std::nullopt : std::optional(ListingMark{}));
    keeper.take_page(at_all ? ServerPage{servers, {}} : page);
    keeper.end_listing(ListingMark{from_unix(1'800'000'200)}, from_unix(1'800'000'200), Milliseconds{0});
    keeper.take_records(at_all ? RecordChanges{.records = records} : changes);
    keeper.recall();
  }

  RandomStream draws{GetParam()};
  int ids = 0;
  std::vector<Server> servers;
  std::vector<MachineRecord> records;
  ServerPage page;
  RecordChanges changes;
};

TEST_P(KeeperPropertyTest, ChangesAddUpToWhatAListingOfAllShows) {
  FleetKeeper keeper{kSpace};
  look(keeper, true);
  for (int step = 0; step < 60; ++step) {
    page = {};
    changes = {.scope = RecordChanges::Scope::since};
    for (std::uint64_t i = draws.below(4); i > 0; --i) change_a_server();
    for (std::uint64_t i = draws.below(3); i > 0; --i) change_a_record();
    look(keeper, false);
    FleetKeeper fresh{kSpace};
    look(fresh, true);
    ASSERT_EQ(told(keeper), told(fresh)) << "after step " << step;
  }
}

/// Mostly in the order of the last time.
TEST_P(KeeperPropertyTest, AListingOfAllIsTakenInWhateverItsOrder) {
  FleetKeeper keeper{kSpace};
  for (int step = 0; step < 60; ++step) {
    page = {};
    changes = {.scope = RecordChanges::Scope::since};
    for (std::uint64_t i = draws.below(4); i > 0; --i) change_a_server();
    for (std::uint64_t i = draws.below(3); i > 0; --i) change_a_record();
    if (draws.below(2) == 0 && !servers.empty())
      std::swap(servers[draws.below(servers.size())], servers[draws.below(servers.size())]);
    const bool at_all = draws.below(3) > 0;
    look(keeper, at_all || step == 0);
    FleetKeeper fresh{kSpace};
    look(fresh, true);
    ASSERT_EQ(told(keeper), told(fresh)) << "after step " << step;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, KeeperPropertyTest, ::testing::Range<std::uint64_t>(1, 200));

}  // namespace
}  // namespace vacuum
