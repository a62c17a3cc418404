#include "adapters/shared_directory/manager_directory.hpp"

#include <sys/stat.h>

#include <fstream>

#include <fmt/format.h>

#include "adapters/shared_directory/testing/state_directory.hpp"
#include "adapters/shared_directory/testing/two_hosts.hpp"
#include "ports/testing/manager_register_contract.hpp"

namespace vacuum {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(OnFiles, ManagerRegisterContract, ManagersOnFiles);

const IncarnationId kA{"a.example.org~aaaaaaaaaa"};
const IncarnationId kB{"b.example.org~bbbbbbbbbb"};

Lease lease_of(const IncarnationId& incarnation, std::uint64_t sequence = 1) {
  Lease lease;
  lease.incarnation = incarnation;
  lease.duration = Milliseconds{15'000};
  lease.sequence = sequence;
  return lease;
}

Succession succession_of(const IncarnationId& ended, const IncarnationId& by) {
  return {.ended = ended, .heirs = {by}, .by = by, .reason = "silent", .time = from_unix(1'800'000'000)};
}

class ManagerDirectoryTest : public testing::Test {
 protected:
  template <class T>
  T get(Async<T> call) {
    return run(hosts.loop, std::move(call));
  }
  RegisterView view() {
    auto seen = get(hosts.managers().read());
    EXPECT_TRUE(seen.ok()) << seen.error().message;
    return seen ? *seen : RegisterView{};
  }
  [[nodiscard]] std::filesystem::path file(const std::string& name) const {
    return hosts.managers_path() / name;
  }

  ManagersOnFiles hosts;
};

TEST_F(ManagerDirectoryTest, FilesAreLaidOutAsOtherVersionsExpectThem) {
  Lease lease = lease_of(kA, 7);
  lease.started = from_unix(1'800'000'000);
  lease.host = "a.example.org";
  lease.machines = {{SpaceName{"one.example.org"}, 3}};
  ASSERT_TRUE(get(hosts.managers().renew(lease)).ok());
  ASSERT_TRUE(get(hosts.managers().end(succession_of(kA, kB))).ok());
  EXPECT_EQ(
      content_of(file(kA.text())),
      "{\"incarnation\":\"a.example.org~aaaaaaaaaa\",\"manager\":\"a.example.org\",\"state\":\"active\","
      "\"protocol\":1,\"protocol_min\":1,\"sequence\":7,\"lease_ms\":15000,\"started\":1800000000,"
      "\"renewed\":0,\"version\":\"\",\"host\":\"a.example.org\",\"boot_id\":\"\",\"state_directory\":\"\","
      "\"pid\":0,\"spaces\":{\"one.example.org\":3}}\n");
  EXPECT_EQ(content_of(file(kA.text() + ".ended")),
            "{\"ended\":\"a.example.org~aaaaaaaaaa\",\"heirs\":[\"b.example.org~bbbbbbbbbb\"],"
            "\"by\":\"b.example.org~bbbbbbbbbb\",\"reason\":\"silent\",\"time\":1800000000}\n");
}

TEST_F(ManagerDirectoryTest, WhatALaterVersionWritesMoreIsLeftOut) {
  write_file(file(kA.text()), R"({"incarnation":"a.example.org~aaaaaaaaaa","state":"active","protocol":3,)"
                              R"("protocol_min":1,"sequence":1,"lease_ms":15000,"mood":{"deep":[1,2]},)"
                              R"("spaces":{"one.example.org":5,"NO NAME":1,"two.example.org":"many"}})");
  write_file(file(kB.text() + ".ended"),
             R"({"ended":"b.example.org~bbbbbbbbbb","heirs":["a.example.org~aaaaaaaaaa"],)"
             R"("by":"a.example.org~aaaaaaaaaa","weather":"fine"})");
  const RegisterView seen = view();
  ASSERT_EQ(seen.leases.size(), 1u);
  EXPECT_EQ(seen.leases[0].protocol, 3);
  EXPECT_EQ(seen.leases[0].machines, (std::map<SpaceName, int>{{SpaceName{"one.example.org"}, 5}}));
  ASSERT_EQ(seen.successions.size(), 1u);
  EXPECT_TRUE(seen.unreadable.empty());
}

TEST_F(ManagerDirectoryTest, TornAndForeignFilesAreToldAndHarmNoOther) {
  ASSERT_TRUE(get(hosts.managers().renew(lease_of(kA))).ok());
  const std::string good = content_of(file(kA.text()));
  write_file(file("b.example.org~bbbbbbbbbb"), good.substr(0, good.size() / 2));
  write_file(file("c.example.org~cccccccccc"), good);
  write_file(file("d.example.org~dddddddddd"), "");
  write_file(file("e.example.org~eeeeeeeeee"), std::string(2 << 20, ' '));
  write_file(file("f.example.org~ffffffffff.ended"), R"({"ended":"f.example.org~ffffffffff",)"
                                                     R"("heirs":[],"by":"a.example.org~aaaaaaaaaa"})");
  write_file(file("README"), "hello");
  std::filesystem::create_directories(file("g.example.org~gggggggggg"));
  std::filesystem::create_symlink(file(kA.text()), file("h.example.org~hhhhhhhhhh"));
  ASSERT_EQ(::mkfifo(file("i.example.org~iiiiiiiiii").c_str(), 0600), 0);
  write_file(file(".a.example.org~aaaaaaaaaa.1-2-3"), "on its way");
  const RegisterView seen = view();
  ASSERT_EQ(seen.leases.size(), 1u);
  EXPECT_EQ(seen.leases[0].incarnation, kA);
  EXPECT_TRUE(seen.successions.empty());
  ASSERT_EQ(seen.unreadable.size(), 9u);
  EXPECT_EQ(seen.unreadable[1], file("b.example.org~bbbbbbbbbb").string() + ": it is no JSON object");
}

TEST_F(ManagerDirectoryTest, NumbersBeyondAllSenseMakeALeaseUnreadable) {
  for (const char* member : {R"("lease_ms":0)", R"("lease_ms":1e99)", R"("lease_ms":-1)",
                             R"("protocol":99999999999)", R"("sequence":-1)", R"("sequence":"1")",
                             R"("state":"asleep")", R"("incarnation":"../x~aaaaaaaaaa")"}) {
    write_file(file(kA.text()),
               fmt::format(R"({{"incarnation":"{}","state":"active","protocol":1,"protocol_min":1,)"
                           R"("sequence":1,"lease_ms":15000,{}}})",
                           kA, member));
    EXPECT_EQ(view().unreadable.size(), 1u) << member;
  }
}

TEST_F(ManagerDirectoryTest, AFileThatIsReplacedWithinTheGranularityOfTimesIsReadAgain) {
  ASSERT_TRUE(get(hosts.managers().renew(lease_of(kA, 1))).ok());
  ASSERT_EQ(view().leases.at(0).sequence, 1u);
  struct stat before {};
  ASSERT_EQ(::stat(file(kA.text()).c_str(), &before), 0);
  const std::string text = content_of(file(kA.text()));
  std::string changed = text;
  changed.replace(changed.find("\"sequence\":1"), 12, "\"sequence\":2");
  std::ofstream(file(kA.text()), std::ios::binary) << changed;
  const timespec times[2] = {before.st_atim, before.st_mtim};
  ASSERT_EQ(::utimensat(AT_FDCWD, file(kA.text()).c_str(), times, 0), 0);
  EXPECT_EQ(view().leases.at(0).sequence, 2u);
}

TEST_F(ManagerDirectoryTest, AnOldFileIsReadOnceUntilItChanges) {
  ASSERT_TRUE(get(hosts.managers().renew(lease_of(kA, 1))).ok());
  StateDirectory::set_time(file(kA.text()), from_unix(1'700'000'000));
  ASSERT_EQ(view().leases.at(0).sequence, 1u);
  // The same inode, size and time: nothing that a renewal can leave.
  std::string text = content_of(file(kA.text()));
  text.replace(text.find("\"sequence\":1"), 12, "\"sequence\":2");
  std::ofstream(file(kA.text()), std::ios::binary) << text;
  StateDirectory::set_time(file(kA.text()), from_unix(1'700'000'000));
  EXPECT_EQ(view().leases.at(0).sequence, 1u);
  ASSERT_TRUE(get(hosts.managers().renew(lease_of(kA, 3))).ok());
  EXPECT_EQ(view().leases.at(0).sequence, 3u);
}

TEST_F(ManagerDirectoryTest, NamesThatLeadElsewhereAreRefused) {
  ASSERT_TRUE(get(hosts.managers().renew(lease_of(kA))).ok());
  for (const char* name : {"../../x~aaaaaaaaaa", "", "~", "nobody", "a~b/c", ".hidden~aaaaaaaaaa"}) {
    const IncarnationId bad{name};
    EXPECT_FALSE(get(hosts.managers().renew(lease_of(bad))).ok()) << name;
    EXPECT_FALSE(get(hosts.managers().end(succession_of(bad, kA))).ok()) << name;
    EXPECT_FALSE(get(hosts.managers().end(succession_of(kA, bad))).ok()) << name;
    EXPECT_FALSE(get(hosts.managers().retire(bad)).ok()) << name;
  }
  Succession without_heirs = succession_of(kB, kA);
  without_heirs.heirs.clear();
  EXPECT_FALSE(get(hosts.managers().end(without_heirs)).ok());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(hosts.managers_path()), {}), 1);
}

TEST_F(ManagerDirectoryTest, ADirectoryThatWasThereAndIsGoneIsNoSiteWithoutManagers) {
  ASSERT_TRUE(get(hosts.managers().renew(lease_of(kA))).ok());
  std::filesystem::remove_all(hosts.managers_path());
  const auto seen = get(hosts.managers().read());
  ASSERT_FALSE(seen.ok());
  EXPECT_NE(seen.error().message.find("mount the shared file system"), std::string::npos);
  EXPECT_FALSE(get(hosts.managers().renew(lease_of(kA))).ok());
  EXPECT_FALSE(get(hosts.managers().end(succession_of(kB, kA))).ok());
  EXPECT_FALSE(std::filesystem::exists(hosts.managers_path()));
}

TEST_F(ManagerDirectoryTest, WithoutASharedDirectoryNothingIsMadeAndTheRemedyIsTold) {
  std::filesystem::remove_all(hosts.path / "shared");
  for (const auto& message : {get(hosts.managers().read()).error().message,
                              get(hosts.managers().renew(lease_of(kA))).error().message,
                              get(hosts.managers().end(succession_of(kB, kA))).error().message}) {
    EXPECT_NE(message.find((hosts.path / "shared").string()), std::string::npos) << message;
    EXPECT_NE(message.find("mount the shared file system"), std::string::npos) << message;
  }
  EXPECT_FALSE(std::filesystem::exists(hosts.path / "shared"));
}

TEST_F(ManagerDirectoryTest, AFileOrASymlinkInPlaceOfTheDirectoryIsAnError) {
  write_file(hosts.managers_path(), "a file");
  EXPECT_FALSE(get(hosts.managers().read()).ok());
  EXPECT_FALSE(get(hosts.managers().renew(lease_of(kA))).ok());
  std::filesystem::remove(hosts.managers_path());
  std::filesystem::create_directories(hosts.path / "elsewhere");
  std::filesystem::create_directory_symlink(hosts.path / "elsewhere", hosts.managers_path());
  EXPECT_FALSE(get(hosts.managers().read()).ok());
  EXPECT_FALSE(get(hosts.managers().renew(lease_of(kA))).ok());
  EXPECT_TRUE(std::filesystem::is_empty(hosts.path / "elsewhere"));
}

TEST_F(ManagerDirectoryTest, NoStepLeavesAFileOfItsOwnBehind) {
  for (std::uint64_t renewal = 1; renewal <= 5; ++renewal)
    ASSERT_TRUE(get(hosts.managers().renew(lease_of(kA, renewal))).ok());
  ASSERT_TRUE(get(hosts.managers().end(succession_of(kB, kA))).ok());
  ASSERT_FALSE(get(hosts.managers().end(succession_of(kB, kA))).ok());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(hosts.managers_path()), {}), 2);
}

TEST_F(ManagerDirectoryTest, WhatACrashLeftIsSweptWhenNobodyCanBeAtWorkOnIt) {
  ASSERT_TRUE(get(hosts.managers().renew(lease_of(kA))).ok());
  write_file(file(".old.1-2-3"), "x");
  write_file(file(".young.1-2-3"), "x");
  StateDirectory::set_time(file(".old.1-2-3"), from_unix(1'700'000'000));
  ASSERT_TRUE(get(hosts.managers().retire(kB)).ok());
  EXPECT_FALSE(std::filesystem::exists(file(".old.1-2-3")));
  EXPECT_TRUE(std::filesystem::exists(file(".young.1-2-3")));
}

}  // namespace
}  // namespace vacuum
