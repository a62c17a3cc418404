#include "reports/vacquery.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include <boost/json.hpp>

namespace vacuum {
namespace {

using ::testing::IsSupersetOf;

const VacQuerySender kSender{.space = SpaceName{"vcycle01.example.org"},
                             .site = "EXAMPLE",
                             .factory = ManagerName{"manager.example.org"},
                             .version = "1.2.3",
                             .time_sent = from_unix(1'700'000'000)};

boost::json::object parsed(const std::string& message) {
  return boost::json::parse(message).as_object();
}

std::set<std::string> keys_of(const boost::json::object& message) {
  std::set<std::string> keys;
  for (const auto& member : message) keys.emplace(member.key());
  return keys;
}

const std::set<std::string> kCommonKeys{"message_type", "daemon_version", "vac_version", "vacquery_version",
                                        "cookie",       "space",          "site",        "factory",
                                        "time_sent"};

HostHealth some_health() {
  return {.root_disk = {1000, 100},
          .state_disk = {2000, 200},
          .load_average = 0.25,
          .kernel_version = "6.1.0",
          .os_issue = "Debian GNU/Linux 12",
          .boot_time = from_unix(1'600'000'000),
          .swap_used_kb = 1,
          .swap_free_kb = 2,
          .memory_used_kb = 3,
          .memory_total_kb = 4};
}

TEST(VacQueryTest, AFactoryIsToldUnderOldAndNewNames) {
  const FactoryStatus factory{.running = {.machines = 3, .processors = 24, .hs06 = 240.5},
                              .processors_limit = 100,
                              .health = some_health()};
  const auto message = parsed(factory_status(kSender, factory));
  EXPECT_THAT(keys_of(message), IsSupersetOf(kCommonKeys));
  EXPECT_EQ(message.at("message_type"), "factory_status");
  EXPECT_EQ(message.at("daemon_version"), "Vcycle 1.2.3 vcycled");
  EXPECT_EQ(message.at("vacquery_version"), "VacQuery 01.03");
  for (const char* key : {"running_cpus", "running_processors"}) EXPECT_EQ(message.at(key), 24) << key;
  for (const char* key : {"max_processors", "max_cpus", "total_cpus", "max_machines", "total_machines"})
    EXPECT_EQ(message.at(key), 100) << key;
  for (const char* key : {"running_hs06", "max_hs06", "total_hs06"}) EXPECT_EQ(message.at(key), 240.5) << key;
  for (const char* key : {"daemon_disk_avail_kb", "vac_disk_avail_kb"})
    EXPECT_EQ(message.at(key), 2000) << key;
  for (const char* key : {"daemon_disk_avail_inodes", "vac_disk_avail_inodes"})
    EXPECT_EQ(message.at(key), 200) << key;
  for (const char* key : {"factory_heartbeat_time", "responder_heartbeat_time", "mjf_heartbeat_time",
                          "metadata_heartbeat_time", "time_sent"})
    EXPECT_EQ(message.at(key), 1'700'000'000) << key;
  EXPECT_EQ(message.at("load_average"), 0.25);
  EXPECT_EQ(message.at("boot_time"), 1'600'000'000);
  EXPECT_EQ(message.at("mem_total_kb"), 4);
}

TEST(VacQueryTest, Hs06AndALimitThatAreNotKnownAreNotTold) {
  const auto message = parsed(factory_status(kSender, {}));
  for (const char* key : {"running_hs06", "max_hs06", "max_processors", "total_cpus"})
    EXPECT_FALSE(message.contains(key)) << key;
}

TEST(VacQueryTest, AMachinetypeIsToldWithItsLastEnd) {
  MachinetypeMessage type{.machinetype = MachinetypeName{"prod"},
                          .machinetypes = 2,
                          .fqan = "/vo/Role=NULL",
                          .running = {.machines = 3, .processors = 24},
                          .before_fizzle = 1,
                          .bytes_per_processor = 2'147'483'648,
                          .max_wallclock = Seconds{86400},
                          .min_processors = 4,
                          .max_processors = 8};
  type.last_end =
      LastEnd{MachineName{"vcycle-prod-abcdefghij"}, "300 No more work", from_unix(1'699'999'000)};
  const auto message = parsed(machinetype_status(kSender, type));
  EXPECT_THAT(keys_of(message), IsSupersetOf(kCommonKeys));
  EXPECT_EQ(message.at("fqan"), "/vo/Role=NULL");
  EXPECT_EQ(message.at("num_machinetypes"), 2);
  EXPECT_EQ(message.at("running_cpus"), 24);
  EXPECT_EQ(message.at("num_before_fizzle"), 1);
  EXPECT_EQ(message.at("bytes_per_processor"), 2'147'483'648);
  EXPECT_EQ(message.at("max_processors"), 8);
  EXPECT_EQ(message.at("min_processors"), 4);
  EXPECT_EQ(message.at("shutdown_message"), "300 No more work");
  EXPECT_EQ(message.at("shutdown_time"), 1'699'999'000);
  EXPECT_EQ(message.at("shutdown_machine"), "vcycle-prod-abcdefghij");
}

TEST(VacQueryTest, KeysThatAreNotKnownYetAreNull) {
  const auto type = parsed(machinetype_status(kSender, {}));
  for (const char* key : {"shutdown_message", "shutdown_time", "shutdown_machine"})
    EXPECT_TRUE(type.at(key).is_null()) << key;
  const auto machine = parsed(machine_status(kSender, {}));
  for (const char* key : {"started_time", "heartbeat_time", "shutdown_message", "shutdown_time"})
    EXPECT_TRUE(machine.at(key).is_null()) << key;
}

TEST(VacQueryTest, AMachineThatEndsIsToldWithItsFqan) {
  const MachineMessage ended{.machine = MachineName{"vcycle-prod-abcdefghij"},
                             .machinetype = MachinetypeName{"prod"},
                             .state = MachineState::shutdown,
                             .server_id = ServerId{"uuid"},
                             .fqan = "/vo/Role=NULL",
                             .created = from_unix(1000),
                             .started = from_unix(1100),
                             .stopped = from_unix(4700),
                             .heartbeat = from_unix(4600),
                             .processors = 8,
                             .hs06 = 80.5,
                             .shutdown_message = "200 Success"};
  const auto message = parsed(machine_status(kSender, ended));
  EXPECT_THAT(keys_of(message), IsSupersetOf(kCommonKeys));
  EXPECT_EQ(message.at("fqan"), "/vo/Role=NULL");
  EXPECT_EQ(message.at("state"), "shutdown");
  EXPECT_EQ(message.at("uuid"), "uuid");
  EXPECT_EQ(message.at("cpu_seconds"), 3600);
  for (const char* key : {"num_cpus", "num_processors"}) EXPECT_EQ(message.at(key), 8) << key;
  EXPECT_EQ(message.at("hs06"), 80.5);
  EXPECT_EQ(message.at("shutdown_message"), "200 Success");
  EXPECT_EQ(message.at("shutdown_time"), 4700);
  EXPECT_EQ(message.at("heartbeat_time"), 4600);
}

TEST(VacQueryTest, WordsOfStrangersKeepTheirMessageValidAndShort) {
  const std::string flood(100'000, 'x');
  MachineMessage ended{.machine = MachineName{flood}, .machinetype = MachinetypeName{flood}, .fqan = flood};
  ended.shutdown_message = "200 caf\xe9\n\x01" + flood;
  const std::string text = machine_status(kSender, ended);
  EXPECT_LE(text.size(), kVacQueryBytesMax);
  const std::string told(parsed(text).at("shutdown_message").as_string());
  EXPECT_EQ(told.substr(0, 10), "200 caf?  ");
  FactoryStatus factory{.running = {1, 1, 1.5}, .processors_limit = 1, .health = some_health()};
  factory.health.os_issue = factory.health.kernel_version = flood;
  EXPECT_LE(factory_status(kSender, factory).size(), kVacQueryBytesMax);
}

TEST(VacQueryTest, AnOrdinaryMessageFitsAnEthernetFrame) {
  const FactoryStatus factory{
      .running = {1000, 8000, 80000.5}, .processors_limit = 10000, .health = some_health()};
  EXPECT_LE(factory_status(kSender, factory).size(), 1432u);
}

}  // namespace
}  // namespace vacuum
