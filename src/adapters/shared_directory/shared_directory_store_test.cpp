#include "adapters/shared_directory/shared_directory_store.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "adapters/shared_directory/testing/state_directory.hpp"
#include "ports/testing/machine_store_contract.hpp"

namespace vacuum {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(SharedDirectory, MachineStoreContract, StateDirectory);

const SpaceName kSpace{"vcycle01.example.org"};

MachineRecord record_named(const std::string& suffix) {
  MachineRecord record;
  record.name = make_machine_name(MachinetypeName{"prod"}, suffix);
  record.machinetype = MachinetypeName{"prod"};
  record.created = from_unix(1'800'000'000);
  record.processors = 8;
  return record;
}

class SharedDirectoryTest : public testing::Test {
 protected:
  void add(const MachineRecord& record, std::vector<RecordFile> files = {}) {
    const auto added = state.get(state.store().add(kSpace, record, std::move(files)));
    ASSERT_TRUE(added.ok()) << added.error().message;
  }
  std::vector<MachineRecord> load() {
    auto records = state.get(state.store().load(kSpace, Freshness::remembered));
    EXPECT_TRUE(records.ok()) << records.error().message;
    return records.ok() ? *records : std::vector<MachineRecord>{};
  }
  /// As if the last change of current/ were long ago, so that its time is trusted.
  void let_time_pass() {
    StateDirectory::set_time(state.space_path(kSpace) / "current", from_unix(1'700'000'000));
  }

  StateDirectory state;
};

TEST_F(SharedDirectoryTest, ARecordIsLaidOutAsOtherManagersExpectIt) {
  auto record = record_named("0123456789");
  record.server_id = ServerId{"5f0c"};
  record.started = from_unix(1'800'000'060);
  add(record, {{"user_data", "#!/bin/sh\nsecret", RecordFile::Readers::owner_only},
               {"jobfeatures/job_id", "5f0c\n"},
               {"jobfeatures/allocated_cpu", "8"}});
  const auto machine = state.machine_path(kSpace, record.name);
  EXPECT_EQ(content_of(machine / "created"), "1800000000\n");
  EXPECT_EQ(content_of(machine / "started"), "1800000060\n");
  EXPECT_EQ(content_of(machine / "machinetype_name"), "prod\n");
  EXPECT_EQ(content_of(machine / "space_name"), kSpace.text() + "\n");
  EXPECT_EQ(content_of(machine / "instance_id"), "5f0c\n");
  EXPECT_EQ(content_of(machine / "jobfeatures/job_id"), "5f0c\n");
  EXPECT_EQ(content_of(machine / "jobfeatures/allocated_cpu"), "8") << "the caller's file wins";
  EXPECT_FALSE(std::filesystem::exists(machine / "stopped")) << "what is not known has no file";
  EXPECT_TRUE(std::filesystem::is_directory(machine / "joboutputs"));
  EXPECT_TRUE(std::filesystem::is_directory(machine / "machinefeatures"));
}

TEST_F(SharedDirectoryTest, SecretsAreReadableByTheirOwnerAlone) {
  const mode_t before = ::umask(022);
  const auto record = record_named("0123456789");
  add(record, {{"user_data", "secret", RecordFile::Readers::owner_only}});
  const auto mode = [&](const char* file) {
    return std::filesystem::status(state.machine_path(kSpace, record.name) / file).permissions();
  };
  EXPECT_EQ(mode("user_data"), std::filesystem::perms(0600));
  EXPECT_EQ(mode("created"), std::filesystem::perms(0644));
  ASSERT_TRUE(
      state.get(state.store().update(kSpace, record, {{"user_data", "new", RecordFile::Readers::owner_only}}))
          .ok());
  EXPECT_EQ(mode("user_data"), std::filesystem::perms(0600));
  ::umask(before);
}

TEST_F(SharedDirectoryTest, AQuietCycleReadsNoRecordHoweverManyThereAre) {
  for (int i = 0; i < 300; ++i) add(record_named(fmt::format("{:010}", i)));
  let_time_pass();
  state.reopen();
  ASSERT_EQ(load().size(), 300u);
  const auto read = state.store().records_read();
  EXPECT_EQ(read, 300u);
  for (int cycle = 0; cycle < 100; ++cycle) ASSERT_EQ(load().size(), 300u);
  EXPECT_EQ(state.store().records_read(), read);
}

TEST_F(SharedDirectoryTest, OnlyNewRecordsOfOtherManagersAreRead) {
  add(record_named("aaaaaaaaaa"));
  add(record_named("bbbbbbbbbb"));
  let_time_pass();
  state.reopen();
  load();
  const auto read = state.store().records_read();
  SharedDirectoryStore other(state.path.string(), SharedDirectoryStore::Access::read_write, state.worker);
  ASSERT_TRUE(state.get(other.add(kSpace, record_named("cccccccccc"), {})).ok());
  ASSERT_TRUE(state.get(other.archive(kSpace, record_named("aaaaaaaaaa").name)).ok());
  const auto records = load();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].name, record_named("bbbbbbbbbb").name);
  EXPECT_EQ(records[1].name, record_named("cccccccccc").name);
  EXPECT_EQ(state.store().records_read(), read + 1);
}

TEST_F(SharedDirectoryTest, AnUnchangedTimeOfThisMomentIsNotTrusted) {
  add(record_named("aaaaaaaaaa"));
  ASSERT_EQ(load().size(), 1u);
  // Another manager adds a record within the granularity of the directory's time.
  const auto current = state.space_path(kSpace) / "current";
  const auto before = std::filesystem::last_write_time(current);
  write_file(current / "vcycle-prod-bbbbbbbbbb" / "created", "1800000000\n");
  std::filesystem::last_write_time(current, before);
  EXPECT_EQ(load().size(), 2u);
}

TEST_F(SharedDirectoryTest, ALookAsOfNowDoesNotTrustTheTimeOfTheDirectory) {
  add(record_named("aaaaaaaaaa"));
  let_time_pass();
  state.reopen();
  ASSERT_EQ(load().size(), 1u);
  // As a client of a network file system sees it that has kept the directory's attributes.
  write_file(state.space_path(kSpace) / "current/vcycle-prod-bbbbbbbbbb/created", "1800000000\n");
  let_time_pass();
  EXPECT_EQ(load().size(), 1u);
  const auto records = state.get(state.store().load(kSpace, Freshness::as_of_now));
  ASSERT_TRUE(records.ok()) << records.error().message;
  EXPECT_EQ(records->size(), 2u);
}

TEST_F(SharedDirectoryTest, ALookAsOfNowLeavesNothingBehindAndRemovesWhatACrashLeft) {
  load();
  const auto current = state.space_path(kSpace) / "current";
  write_file(current / ".probe.1-2-3", "");
  write_file(current / ".probe.1-2-4", "");
  StateDirectory::set_time(current / ".probe.1-2-3", from_unix(1'700'000'000));
  ASSERT_TRUE(state.get(state.store().load(kSpace, Freshness::as_of_now)).ok());
  EXPECT_FALSE(std::filesystem::exists(current / ".probe.1-2-3"));
  EXPECT_TRUE(std::filesystem::exists(current / ".probe.1-2-4")) << "it may be another manager's, at work";
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(current), {}), 1);
}

TEST_F(SharedDirectoryTest, OnlyWhatIsForgottenIsReadAgain) {
  for (int i = 0; i < 20; ++i) add(record_named(fmt::format("{:010}", i)));
  let_time_pass();
  load();
  state.store().forget(kSpace, {record_named("0000000007").name, record_named("0000000011").name});
  EXPECT_EQ(load().size(), 20u);
  EXPECT_EQ(state.store().records_read(), 2u);
  EXPECT_EQ(load().size(), 20u);
  EXPECT_EQ(state.store().records_read(), 2u);
}

TEST_F(SharedDirectoryTest, WhatIsForgottenWhileItIsReadIsReadAgain) {
  SharedDirectoryStore& other = state.another_store();
  auto record = record_named("aaaaaaaaaa");
  ASSERT_TRUE(state.get(other.add(kSpace, record, {})).ok());
  let_time_pass();
  bool ended = false;
  boost::asio::co_spawn(
      state.loop,
      [](SharedDirectoryStore& store, bool& done) -> Async<void> {
        [[maybe_unused]] const auto read = co_await store.load(kSpace, Freshness::remembered);
        done = true;
      }(state.store(), ended),
      boost::asio::detached);
  state.loop.restart();
  while (!ended) {
    state.store().forget(kSpace);
    state.loop.run_one();
  }
  const auto read = state.store().records_read();
  load();
  EXPECT_EQ(state.store().records_read(), read + 1);
  load();
  EXPECT_EQ(state.store().records_read(), read + 1);
}

TEST_F(SharedDirectoryTest, OwnChangesAreKnownWithoutReading) {
  load();
  add(record_named("aaaaaaaaaa"));
  add(record_named("bbbbbbbbbb"));
  ASSERT_TRUE(state.get(state.store().archive(kSpace, record_named("aaaaaaaaaa").name)).ok());
  EXPECT_EQ(load().size(), 1u);
  EXPECT_EQ(state.store().records_read(), 0u);
}

TEST_F(SharedDirectoryTest, ACurrentDirectoryThatVanishesIsNoEmptySpace) {
  add(record_named("aaaaaaaaaa"));
  ASSERT_EQ(load().size(), 1u);
  std::filesystem::remove_all(state.path / "shared/spaces");
  const auto records = state.get(state.store().load(kSpace, Freshness::remembered));
  ASSERT_FALSE(records.ok());
  EXPECT_EQ(records.error().decision, StoreDecision::retry);
}

TEST_F(SharedDirectoryTest, AMissingSharedDirectoryIsAnErrorThatNamesIt) {
  std::filesystem::remove_all(state.path / "shared");
  const auto records = state.get(state.store().load(kSpace, Freshness::remembered));
  ASSERT_FALSE(records.ok());
  EXPECT_NE(records.error().message.find((state.path / "shared").string()), std::string::npos);
}

TEST_F(SharedDirectoryTest, ReadingOnlyMakesNothingAndChangesNothing) {
  state.reopen(SharedDirectoryStore::Access::read_only);
  EXPECT_TRUE(load().empty());
  EXPECT_TRUE(std::filesystem::is_empty(state.path / "shared"));
  EXPECT_FALSE(state.get(state.store().add(kSpace, record_named("aaaaaaaaaa"), {})).ok());
  EXPECT_FALSE(state.get(state.store().expire(kSpace, from_unix(4'000'000'000))).ok());
  EXPECT_FALSE(state.get(state.store().publish_status(kSpace, "{}")).ok());
  EXPECT_TRUE(std::filesystem::is_empty(state.path / "shared"));
}

TEST_F(SharedDirectoryTest, ExpiryIsBoundedPerCallAndComesToItsEnd) {
  for (int i = 0; i < 520; ++i) {
    write_file(state.space_path(kSpace) / "deleted" / fmt::format("vcycle-prod-{:010}", i) / "created",
               "1\n");
  }
  const auto first = state.get(state.store().expire(kSpace, from_unix(4'000'000'000)));
  const auto second = state.get(state.store().expire(kSpace, from_unix(4'000'000'000)));
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(*first, 500);
  EXPECT_EQ(*second, 20);
}

TEST_F(SharedDirectoryTest, AStatusDocumentIsPublishedWhole) {
  ASSERT_TRUE(state.get(state.store().publish_status(kSpace, "{\"version\":1}")).ok());
  EXPECT_EQ(content_of(state.path / "status/vcycle01.example.org.json"), "{\"version\":1}");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(state.path / "status"), {}), 1);
}

TEST_F(SharedDirectoryTest, ManyAddsAtOnceAllLand) {
  for (int i = 0; i < 50; ++i) {
    boost::asio::co_spawn(
        state.loop,
        [](SharedDirectoryStore& store, int number) -> Async<void> {
          const auto record = record_named(fmt::format("{:010}", number));
          [[maybe_unused]] const auto added = co_await store.add(kSpace, record, {});
        }(state.store(), i),
        boost::asio::detached);
  }
  state.loop.restart();
  state.loop.run();
  EXPECT_EQ(load().size(), 50u);
}

}  // namespace
}  // namespace vacuum
