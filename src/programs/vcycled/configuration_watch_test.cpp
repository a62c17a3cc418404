#include "programs/vcycled/configuration_watch.hpp"

#include <gtest/gtest.h>

#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"
#include "ports/testing/fake_clock.hpp"
#include "ports/testing/fake_log.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

class ConfigurationWatchTest : public testing::Test {
 protected:
  void write(const std::string& name) {
    write_file(directory.path() / "vcycle.conf", "[space " + name + "]\napi = openstack\n");
  }
  ConfigurationWatch& watch() {
    if (!watch_) {
      DiskConfiguration disk({.state_directory = directory.path().string(),
                              .config_file = (directory.path() / "vcycle.conf").string()});
      Configuration first = disk.load();
      watch_ = std::make_unique<ConfigurationWatch>(std::move(disk), std::move(first), clock, log,
                                                    [this] { ++told; });
    }
    return *watch_;
  }
  static std::string name_in(const std::optional<Configuration>& configuration) {
    if (!configuration) return "nothing";
    return configuration->spaces.empty() ? "no space" : configuration->spaces[0].settings.name.text();
  }

  TemporaryDirectory directory;
  boost::asio::io_context loop;
  FakeClock clock;
  FakeLog log;
  std::unique_ptr<ConfigurationWatch> watch_;
  int told = 0;
};

TEST_F(ConfigurationWatchTest, TheFirstIsThereAtOnceAndOnce) {
  write("one");
  EXPECT_EQ(name_in(watch().take()), "one");
  EXPECT_EQ(name_in(watch().take()), "nothing");
}

TEST_F(ConfigurationWatchTest, WhatHasChangedIsTold) {
  write("one");
  ASSERT_EQ(name_in(watch().take()), "one");
  run(loop, watch().read(Reload::if_changed));
  EXPECT_EQ(told, 0);
  write("another");
  run(loop, watch().read(Reload::if_changed));
  EXPECT_EQ(told, 1);
  EXPECT_EQ(name_in(watch().take()), "another");
}

TEST_F(ConfigurationWatchTest, WhatIsAskedForIsReadWhetherItChangedOrNot) {
  write("one");
  ASSERT_EQ(name_in(watch().take()), "one");
  run(loop, watch().read(Reload::always));
  EXPECT_EQ(told, 1);
  EXPECT_EQ(name_in(watch().take()), "one");
  watch().read_now();
  EXPECT_EQ(name_in(watch().take()), "one");
}

}  // namespace
}  // namespace vacuum
