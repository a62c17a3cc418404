#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ports/machine_store.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {

/// What every MachineStore must do. A store's test gives a Driver with: `MachineStore& store()`;
/// ``MachineStore& another_store()`, another manager's on the same directory; `void reopen()`, which forgets
/// what the process remembered; `void vm_writes(space, machine, file, content, time)`, a file in joboutputs
/// as the VM's own write leaves it; `boost::asio::io_context loop`.
template <class Driver>
class MachineStoreContract : public testing::Test {
 protected:
  template <class T>
  T get(Async<T> call) {
    return run(driver.loop, std::move(call));
  }

  MachineStore& store() { return driver.store(); }

  static MachineRecord record(const std::string& suffix = "0123456789") {
    MachineRecord made;
    made.name = make_machine_name(MachinetypeName{"prod"}, suffix);
    made.machinetype = MachinetypeName{"prod"};
    made.server_id = ServerId{"9d3c1a5e-0f1b-4a7e-8f6e-2b1c0d9e8f7a"};
    made.flavor = FlavorName{"m1.large"};
    made.zone = ZoneName{"nova"};
    made.manager = ManagerName{"manager.example.org"};
    made.incarnation = IncarnationId{"manager.example.org~0a1b2c3d4e"};
    made.created = from_unix(1'800'000'000);
    made.started = from_unix(1'800'000'060);
    made.processors = 8;
    made.memory_mb = 16384;
    made.hs06 = 80.5;
    made.accounting_fqan = "/vo/Role=NULL/Capability=NULL";
    made.accounted = from_unix(1'800'000'090);
    made.max_wallclock = Seconds{86400};
    made.shutdown_time = from_unix(1'800'090'000);
    made.promised_grace = Seconds{1800};
    return made;
  }

  static bool same(const MachineRecord& a, const MachineRecord& b) {
    return a.name == b.name && a.machinetype == b.machinetype && a.server_id == b.server_id &&
           a.flavor == b.flavor && a.zone == b.zone && a.manager == b.manager &&
           a.incarnation == b.incarnation && a.created == b.created && a.started == b.started &&
           a.stopped == b.stopped && a.deleted == b.deleted && a.processors == b.processors &&
           a.memory_mb == b.memory_mb && a.hs06 == b.hs06 && a.accounting_fqan == b.accounting_fqan &&
           a.accounted == b.accounted && a.max_wallclock == b.max_wallclock &&
           a.shutdown_time == b.shutdown_time && a.promised_grace == b.promised_grace;
  }

  std::vector<MachineRecord> loaded() {
    auto records = get(store().load(space, Freshness::remembered));
    EXPECT_TRUE(records.ok()) << records.error().message;
    return records.ok() ? *records : std::vector<MachineRecord>{};
  }

  template <class T>
  static std::optional<StoreDecision> decision(const StoreResult<T>& result) {
    return result.ok() ? std::nullopt : std::optional(result.error().decision);
  }

  Driver driver;
  const SpaceName space{"vcycle01.example.org"};
};

TYPED_TEST_SUITE_P(MachineStoreContract);

TYPED_TEST_P(MachineStoreContract, ANewSpaceHasNoRecords) {
  EXPECT_TRUE(this->loaded().empty());
}

TYPED_TEST_P(MachineStoreContract, AnAddedRecordIsLoadedWithAllItsValuesAlsoAfterARestart) {
  const auto record = this->record();
  ASSERT_TRUE(this->get(this->store().add(this->space, record, {{"user_data", "#!/bin/sh\n"}})).ok());
  auto records = this->loaded();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_TRUE(this->same(records[0], record));
  this->driver.reopen();
  records = this->loaded();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_TRUE(this->same(records[0], record));
}

TYPED_TEST_P(MachineStoreContract, ARecordOfTheSameNameIsNotAddedTwice) {
  auto record = this->record();
  ASSERT_TRUE(this->get(this->store().add(this->space, record, {})).ok());
  record.processors = 1;
  EXPECT_EQ(this->decision(this->get(this->store().add(this->space, record, {}))), StoreDecision::exists);
  EXPECT_EQ(this->loaded().at(0).processors, 8);
}

TYPED_TEST_P(MachineStoreContract, AnUpdateIsSeenAtOnceAndAfterARestart) {
  auto record = this->record();
  ASSERT_TRUE(this->get(this->store().add(this->space, record, {})).ok());
  record.stopped = from_unix(1'800'003'600);
  record.deleted = from_unix(1'800'003'601);
  record.server_id = ServerId{"another"};
  record.shutdown_time = from_unix(1'800'004'000);
  ASSERT_TRUE(this->get(this->store().update(this->space, record, {})).ok());
  EXPECT_TRUE(this->same(this->loaded().at(0), record));
  this->driver.reopen();
  EXPECT_TRUE(this->same(this->loaded().at(0), record));
}

TYPED_TEST_P(MachineStoreContract, WhoseAMachineIsStaysAsItWasAdded) {
  auto record = this->record();
  ASSERT_TRUE(this->get(this->store().add(this->space, record, {})).ok());
  record.incarnation = IncarnationId{"other.example.org~zzzzzzzzzz"};
  record.processors = 4;
  ASSERT_TRUE(this->get(this->store().update(this->space, record, {})).ok());
  for (int look = 0; look < 2; ++look) {
    EXPECT_EQ(this->loaded().at(0).incarnation, this->record().incarnation);
    EXPECT_EQ(this->loaded().at(0).processors, 4);
    this->driver.reopen();
  }
}

TYPED_TEST_P(MachineStoreContract, WhoChangesARecordThatItHasNotReadDoesNotTakeItForItsOwn) {
  auto record = this->record();
  ASSERT_TRUE(this->get(this->driver.another_store().add(this->space, record, {})).ok());
  record.incarnation = IncarnationId{"other.example.org~zzzzzzzzzz"};
  ASSERT_TRUE(this->get(this->store().update(this->space, record, {})).ok());
  EXPECT_EQ(this->loaded().at(0).incarnation, this->record().incarnation);
}

/// Between two looks of a manager others may archive a record and make another one of the same name.
TYPED_TEST_P(MachineStoreContract, ARecordThatWentAndWasMadeAgainIsTheNewOne) {
  auto& other = this->driver.another_store();
  auto record = this->record();
  ASSERT_TRUE(this->get(this->store().add(this->space, record, {})).ok());
  const auto before = this->get(this->store().changes(this->space, Freshness::as_of_now, std::nullopt));
  ASSERT_TRUE(before.ok());
  record.incarnation = IncarnationId{"other.example.org~zzzzzzzzzz"};
  record.stopped = from_unix(1'800'001'000);
  ASSERT_TRUE(this->get(other.archive(this->space, record.name)).ok());
  ASSERT_TRUE(this->get(other.add(this->space, record, {})).ok());
  const auto after = this->get(this->store().changes(this->space, Freshness::as_of_now, before->mark));
  ASSERT_TRUE(after.ok());
  ASSERT_EQ(after->records.size(), 1u);
  EXPECT_TRUE(this->same(after->records[0], record));
  EXPECT_TRUE(after->gone.empty());
}

TYPED_TEST_P(MachineStoreContract, ARecordWithoutAnIncarnationHasNone) {
  auto record = this->record();
  record.incarnation = {};
  ASSERT_TRUE(this->get(this->store().add(this->space, record, {})).ok());
  this->driver.reopen();
  EXPECT_TRUE(this->same(this->loaded().at(0), record));
}

TYPED_TEST_P(MachineStoreContract, WhatAnotherManagerAddsIsThereAsOfNow) {
  auto& other = this->driver.another_store();
  EXPECT_TRUE(this->loaded().empty());
  const auto first = this->record("aaaaaaaaaa");
  const auto second = this->record("bbbbbbbbbb");
  ASSERT_TRUE(this->get(other.add(this->space, first, {})).ok());
  ASSERT_TRUE(this->get(other.add(this->space, second, {})).ok());
  EXPECT_EQ(this->get(this->store().load(this->space, Freshness::as_of_now))->size(), 2u);
  ASSERT_TRUE(this->get(other.discard(this->space, first.name)).ok());
  const auto records = this->get(this->store().load(this->space, Freshness::as_of_now));
  ASSERT_TRUE(records.ok());
  ASSERT_EQ(records->size(), 1u);
  EXPECT_TRUE(this->same(records->at(0), second));
}

/// A reader that follows the changes knows what one that loads all knows.
TYPED_TEST_P(MachineStoreContract, ChangesAddUpToAllRecords) {
  std::map<MachineName, MachineRecord> known;
  std::optional<RecordMark> mark;
  const auto follow = [&] {
    const auto changes = this->get(this->store().changes(this->space, Freshness::as_of_now, mark));
    ASSERT_TRUE(changes.ok()) << changes.error().message;
    if (changes->scope == RecordChanges::Scope::all) known.clear();
    for (const MachineRecord& record : changes->records) known.insert_or_assign(record.name, record);
    for (const MachineName& name : changes->gone) known.erase(name);
    mark = changes->mark;
    const auto all = this->loaded();
    ASSERT_EQ(known.size(), all.size());
    for (const MachineRecord& record : all) EXPECT_TRUE(this->same(known[record.name], record));
  };
  auto record = this->record();
  follow();
  EXPECT_TRUE(this->get(this->store().add(this->space, record, {})).ok());
  EXPECT_TRUE(this->get(this->driver.another_store().add(this->space, this->record("aaaaaaaaaa"), {})).ok());
  follow();
  record.stopped = from_unix(1'800'000'900);
  EXPECT_TRUE(this->get(this->store().update(this->space, record, {})).ok());
  follow();
  EXPECT_TRUE(this->get(this->store().archive(this->space, record.name)).ok());
  EXPECT_TRUE(
      this->get(this->driver.another_store().discard(this->space, this->record("aaaaaaaaaa").name)).ok());
  follow();
  EXPECT_TRUE(known.empty());
  EXPECT_TRUE(this->get(this->store().add(this->space, record, {})).ok());
  follow();
  EXPECT_EQ(known.size(), 1U) << "a name may come again";
}

TYPED_TEST_P(MachineStoreContract, WhatIsForgottenIsReadAsItIsNow) {
  auto& other = this->driver.another_store();
  auto first = this->record("aaaaaaaaaa");
  auto second = this->record("bbbbbbbbbb");
  ASSERT_TRUE(this->get(other.add(this->space, first, {})).ok());
  ASSERT_TRUE(this->get(other.add(this->space, second, {})).ok());
  ASSERT_EQ(this->loaded().size(), 2u);
  first.stopped = from_unix(1'800'001'000);
  second.stopped = from_unix(1'800'002'000);
  ASSERT_TRUE(this->get(other.update(this->space, first, {})).ok());
  ASSERT_TRUE(this->get(other.update(this->space, second, {})).ok());
  this->store().forget(this->space, {first.name, MachineName{"vcycle-prod-unknown000"}});
  EXPECT_TRUE(this->same(this->loaded().at(0), first));
  this->store().forget(this->space);
  EXPECT_TRUE(this->same(this->loaded().at(0), first));
  EXPECT_TRUE(this->same(this->loaded().at(1), second));
}

TYPED_TEST_P(MachineStoreContract, AMissingRecordIsNotFoundByAnyChange) {
  const auto record = this->record();
  auto& store = this->store();
  EXPECT_EQ(this->decision(this->get(store.update(this->space, record, {}))), StoreDecision::not_found);
  EXPECT_EQ(this->decision(this->get(store.archive(this->space, record.name))), StoreDecision::not_found);
  EXPECT_EQ(this->decision(this->get(store.discard(this->space, record.name))), StoreDecision::not_found);
  EXPECT_EQ(this->decision(this->get(store.leave_shutdown_message(this->space, record.name, "700 x"))),
            StoreDecision::not_found);
}

TYPED_TEST_P(MachineStoreContract, AnArchivedRecordIsCurrentNoMoreAndExpiresWhenOldEnough) {
  const auto record = this->record();
  ASSERT_TRUE(this->get(this->store().add(this->space, record, {})).ok());
  ASSERT_TRUE(this->get(this->store().archive(this->space, record.name)).ok());
  EXPECT_TRUE(this->loaded().empty());
  const auto early = this->get(this->store().expire(this->space, from_unix(1)));
  ASSERT_TRUE(early.ok());
  EXPECT_EQ(*early, 0);
  const auto late = this->get(this->store().expire(this->space, from_unix(4'000'000'000)));
  ASSERT_TRUE(late.ok());
  EXPECT_EQ(*late, 1);
  EXPECT_EQ(*this->get(this->store().expire(this->space, from_unix(4'000'000'000))), 0);
}

TYPED_TEST_P(MachineStoreContract, ANameCanBeArchivedAgain) {
  const auto record = this->record();
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(this->get(this->store().add(this->space, record, {})).ok());
    ASSERT_TRUE(this->get(this->store().archive(this->space, record.name)).ok());
  }
  EXPECT_TRUE(this->loaded().empty());
}

TYPED_TEST_P(MachineStoreContract, ADiscardedRecordLeavesNothingAndItsNameIsFree) {
  const auto record = this->record();
  ASSERT_TRUE(this->get(this->store().add(this->space, record, {})).ok());
  ASSERT_TRUE(this->get(this->store().discard(this->space, record.name)).ok());
  EXPECT_TRUE(this->loaded().empty());
  EXPECT_EQ(*this->get(this->store().expire(this->space, from_unix(4'000'000'000))), 0);
  EXPECT_TRUE(this->get(this->store().add(this->space, record, {})).ok());
}

TYPED_TEST_P(MachineStoreContract, SpacesDoNotSeeEachOther) {
  ASSERT_TRUE(this->get(this->store().add(this->space, this->record(), {})).ok());
  const auto others = this->get(this->store().load(SpaceName{"other.example.org"}, Freshness::remembered));
  ASSERT_TRUE(others.ok());
  EXPECT_TRUE(others->empty());
}

TYPED_TEST_P(MachineStoreContract, HeartbeatsAnswerInTheOrderOfTheQueries) {
  const auto first = this->record("aaaaaaaaaa");
  const auto second = this->record("bbbbbbbbbb");
  ASSERT_TRUE(this->get(this->store().add(this->space, first, {})).ok());
  ASSERT_TRUE(this->get(this->store().add(this->space, second, {})).ok());
  this->driver.vm_writes(this->space, second.name, "heartbeat", "1", from_unix(1'800'001'000));
  const auto times =
      this->get(this->store().heartbeats(this->space, {{first.name, "heartbeat"},
                                                       {second.name, "heartbeat"},
                                                       {second.name, "other"},
                                                       {MachineName{"vcycle-x"}, "heartbeat"}}));
  ASSERT_TRUE(times.ok());
  const std::vector<std::optional<TimePoint>> expected{std::nullopt, from_unix(1'800'001'000), std::nullopt,
                                                       std::nullopt};
  EXPECT_EQ(*times, expected);
}

TYPED_TEST_P(MachineStoreContract, AMessageIsLeftOnlyWhereTheVmLeftNone) {
  const auto silent = this->record("aaaaaaaaaa");
  const auto talker = this->record("bbbbbbbbbb");
  ASSERT_TRUE(this->get(this->store().add(this->space, silent, {})).ok());
  ASSERT_TRUE(this->get(this->store().add(this->space, talker, {})).ok());
  this->driver.vm_writes(this->space, talker.name, "shutdown_message", "300 No work\n",
                         from_unix(1'800'001'000));
  const std::string ours = "700 Heartbeat file not updated";
  ASSERT_TRUE(this->get(this->store().leave_shutdown_message(this->space, silent.name, ours)).ok());
  ASSERT_TRUE(this->get(this->store().leave_shutdown_message(this->space, talker.name, ours)).ok());
  const auto left = this->get(this->store().shutdown_message(this->space, silent.name));
  const auto kept = this->get(this->store().shutdown_message(this->space, talker.name));
  ASSERT_TRUE(left.ok() && kept.ok());
  ASSERT_TRUE(left->has_value() && kept->has_value());
  EXPECT_EQ((*left)->substr(0, ours.size()), ours);
  EXPECT_EQ(**kept, "300 No work\n");
}

TYPED_TEST_P(MachineStoreContract, AMessageOfAStrangersLengthIsCut) {
  const auto record = this->record();
  ASSERT_TRUE(this->get(this->store().add(this->space, record, {})).ok());
  EXPECT_FALSE(this->get(this->store().shutdown_message(this->space, record.name))->has_value());
  this->driver.vm_writes(this->space, record.name, "shutdown_message", std::string(100'000, 'x'),
                         from_unix(5));
  const auto message = this->get(this->store().shutdown_message(this->space, record.name));
  ASSERT_TRUE(message.ok() && message->has_value());
  EXPECT_EQ((*message)->size(), 4096u);
}

TYPED_TEST_P(MachineStoreContract, TheLastAbortIsKeptWithItsMachineAndMessage) {
  const MachinetypeName with{"with"};
  const MachinetypeName without{"without"};
  const LastAbort abort{from_unix(1'800'000'000), MachineName{"vcycle-with-0123456789"}, "300 No more work"};
  ASSERT_TRUE(this->get(this->store().set_last_abort(this->space, with, abort)).ok());
  this->driver.reopen();
  const auto aborts = this->get(this->store().last_aborts(this->space, {without, with}));
  ASSERT_TRUE(aborts.ok());
  ASSERT_EQ(aborts->size(), 2u);
  EXPECT_FALSE((*aborts)[0].has_value());
  EXPECT_EQ((*aborts)[1], abort);
}

TYPED_TEST_P(MachineStoreContract, TheLastAbortNeverGoesBackInTime) {
  const MachinetypeName prod{"prod"};
  const LastAbort late{from_unix(1'800'000'100), MachineName{}, "300 b"};
  const LastAbort early{from_unix(1'800'000'000), MachineName{}, "300 a"};
  const LastAbort later{from_unix(1'800'000'200), MachineName{}, "300 c"};
  ASSERT_TRUE(this->get(this->store().set_last_abort(this->space, prod, late)).ok());
  ASSERT_TRUE(this->get(this->store().set_last_abort(this->space, prod, early)).ok());
  EXPECT_EQ(this->get(this->store().last_aborts(this->space, {prod}))->at(0), late);
  ASSERT_TRUE(this->get(this->store().set_last_abort(this->space, prod, later)).ok());
  EXPECT_EQ(this->get(this->store().last_aborts(this->space, {prod}))->at(0), later);
}

TYPED_TEST_P(MachineStoreContract, BuildFailuresAreReplacedAsAWhole) {
  const std::vector<BuildFailures> failures{
      {FlavorName{"m1.large"},
       ZoneName{"nova"},
       3,
       from_unix(1'800'000'000),
       {FaultKind::no_valid_host, "No valid host"}},
      {FlavorName{"m1.small"}, std::nullopt, 1, from_unix(1'800'000'001), {FaultKind::other, ""}}};
  EXPECT_TRUE(this->get(this->store().build_failures(this->space))->empty());
  ASSERT_TRUE(this->get(this->store().set_build_failures(this->space, failures)).ok());
  EXPECT_EQ(*this->get(this->store().build_failures(this->space)), failures);
  this->driver.reopen();
  EXPECT_EQ(*this->get(this->store().build_failures(this->space)), failures);
  ASSERT_TRUE(this->get(this->store().set_build_failures(this->space, {})).ok());
  EXPECT_TRUE(this->get(this->store().build_failures(this->space))->empty());
}

TYPED_TEST_P(MachineStoreContract, TheRampIsKeptWithItsReason) {
  EXPECT_EQ(*this->get(this->store().ramp(this->space)), std::nullopt);
  const Ramp first{400'000, from_unix(1'800'000'000), std::nullopt, "doubled: words"};
  const Ramp second{200'000, from_unix(1'800'000'060), from_unix(1'800'000'060), "halved: words"};
  ASSERT_TRUE(this->get(this->store().set_ramp(this->space, first)).ok());
  EXPECT_EQ(*this->get(this->store().ramp(this->space)), first);
  ASSERT_TRUE(this->get(this->store().set_ramp(this->space, second)).ok());
  EXPECT_EQ(*this->get(this->store().ramp(this->space)), second);
  this->driver.reopen();
  EXPECT_EQ(*this->get(this->store().ramp(this->space)), second);
}

TYPED_TEST_P(MachineStoreContract, AStatusDocumentCanBePublishedAgainAndAgain) {
  EXPECT_TRUE(this->get(this->store().publish_status(this->space, "{}")).ok());
  EXPECT_TRUE(this->get(this->store().publish_status(this->space, "{\"version\":1}")).ok());
}

REGISTER_TYPED_TEST_SUITE_P(MachineStoreContract, ANewSpaceHasNoRecords, WhoseAMachineIsStaysAsItWasAdded,
                            WhoChangesARecordThatItHasNotReadDoesNotTakeItForItsOwn,
                            ARecordThatWentAndWasMadeAgainIsTheNewOne, ARecordWithoutAnIncarnationHasNone,
                            WhatAnotherManagerAddsIsThereAsOfNow, ChangesAddUpToAllRecords,
                            WhatIsForgottenIsReadAsItIsNow,
                            AnAddedRecordIsLoadedWithAllItsValuesAlsoAfterARestart,
                            ARecordOfTheSameNameIsNotAddedTwice, AnUpdateIsSeenAtOnceAndAfterARestart,
                            AMissingRecordIsNotFoundByAnyChange,
                            AnArchivedRecordIsCurrentNoMoreAndExpiresWhenOldEnough, ANameCanBeArchivedAgain,
                            ADiscardedRecordLeavesNothingAndItsNameIsFree, SpacesDoNotSeeEachOther,
                            HeartbeatsAnswerInTheOrderOfTheQueries, AMessageIsLeftOnlyWhereTheVmLeftNone,
                            AMessageOfAStrangersLengthIsCut, TheLastAbortIsKeptWithItsMachineAndMessage,
                            TheLastAbortNeverGoesBackInTime, BuildFailuresAreReplacedAsAWhole,
                            TheRampIsKeptWithItsReason, AStatusDocumentCanBePublishedAgainAndAgain);

}  // namespace vacuum
