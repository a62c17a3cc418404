#include "sim/world/directory_door.hpp"

#include <gtest/gtest.h>

#include "ports/testing/run.hpp"

namespace vacuum::sim {
namespace {

const SpaceName kSpace{"space"};
const MachineName kName{"vcycle-prod-aaaaaaaaaa"};

/// Two managers on one directory.
class DirectoryDoorTest : public ::testing::Test {
 protected:
  struct Manager {
    Manager(DirectoryDoorTest& world, const std::string& manager)
        : name(manager), process(world.time), door(process, world.directory, name, cut_off) {}
    ManagerName name;
    bool cut_off = false;
    Process process;
    DirectoryDoor door;
  };

  template <class T>
  T get(Async<T> call) {
    return run(time.loop(), std::move(call));
  }
  static MachineRecord record_of(const std::string& incarnation) {
    MachineRecord record;
    record.name = kName;
    record.incarnation = IncarnationId{incarnation};
    return record;
  }
  IncarnationId known_owner(Manager& manager) {
    const auto records = get(manager.door.load(kSpace, Freshness::as_of_now));
    return records.ok() && records->size() == 1 ? records->front().incarnation : IncarnationId{};
  }

  VirtualTime time{Moment{}};
  Directory directory;
  Manager one{*this, "one"};
  Manager other{*this, "other"};
};

TEST_F(DirectoryDoorTest, ARecordThatWentAndWasMadeAgainIsTheNewOne) {
  ASSERT_TRUE(get(one.door.add(kSpace, record_of("one~0123456789"), {})).ok());
  const auto before = get(one.door.changes(kSpace, Freshness::as_of_now, std::nullopt));
  ASSERT_TRUE(get(one.door.archive(kSpace, kName)).ok());
  ASSERT_TRUE(get(other.door.add(kSpace, record_of("other~0123456789"), {})).ok());
  const auto after = get(one.door.changes(kSpace, Freshness::as_of_now, before->mark));
  ASSERT_EQ(after->records.size(), 1U);
  EXPECT_EQ(after->records[0].incarnation, IncarnationId{"other~0123456789"});
  EXPECT_EQ(known_owner(one), IncarnationId{"other~0123456789"});
}

TEST_F(DirectoryDoorTest, WhatAnotherManagerChangedIsNotSeenBeforeItIsForgotten) {
  ASSERT_TRUE(get(other.door.add(kSpace, record_of("other~0123456789"), {})).ok());
  ASSERT_EQ(known_owner(one), IncarnationId{"other~0123456789"});
  MachineRecord changed = record_of("other~0123456789");
  changed.processors = 8;
  ASSERT_TRUE(get(other.door.update(kSpace, changed, {})).ok());
  EXPECT_EQ(get(one.door.load(kSpace, Freshness::as_of_now))->at(0).processors, 0);
  one.door.forget(kSpace, {kName});
  EXPECT_EQ(get(one.door.load(kSpace, Freshness::as_of_now))->at(0).processors, 8);
}

TEST_F(DirectoryDoorTest, WhoChangesARecordThatItHasNotReadDoesNotTakeItForItsOwn) {
  ASSERT_TRUE(get(other.door.add(kSpace, record_of("other~0123456789"), {})).ok());
  ASSERT_TRUE(get(one.door.update(kSpace, record_of("one~0123456789"), {})).ok());
  EXPECT_EQ(known_owner(one), IncarnationId{"other~0123456789"});
}

}  // namespace
}  // namespace vacuum::sim
