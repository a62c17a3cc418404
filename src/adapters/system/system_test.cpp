#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <regex>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <boost/asio/post.hpp>

#include "adapters/system/host_name.hpp"
#include "adapters/system/local_file_reader.hpp"
#include "adapters/system/service_notifier.hpp"
#include "adapters/system/spdlog_log.hpp"
#include "adapters/system/system_clock.hpp"
#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

TEST(SystemClockTest, ASleepThatIsStoppedEndsAtOnce) {
  boost::asio::io_context loop;
  SystemClock clock;
  std::stop_source stop;
  boost::asio::post(loop, [&] { stop.request_stop(); });
  const auto before = clock.monotonic();
  run(loop, clock.sleep(std::chrono::hours{24 * 365 * 1000}, stop.get_token()));
  EXPECT_LT(clock.monotonic() - before, Seconds{10});
}

TEST(SystemClockTest, ASleepLastsNoLessThanItWasAskedFor) {
  boost::asio::io_context loop;
  SystemClock clock;
  const auto before = std::chrono::steady_clock::now();
  run(loop, clock.sleep(Milliseconds{5}, {}));
  EXPECT_GE(std::chrono::steady_clock::now() - before, Milliseconds{5});
}

TEST(SystemClockTest, TellsTheTimeOfDay) {
  const auto now = std::chrono::system_clock::now();
  EXPECT_LE(std::chrono::abs(SystemClock().now() - now), Seconds{2});
}

TEST(SpdlogLogTest, WritesOneLineWithTimeAndLevelForEachMessage) {
  const TemporaryDirectory directory;
  SpdlogLog log({.level = LogLevel::info, .file = directory / "vcycled.log"});
  EXPECT_EQ(log.problem(), "");
  log.debug("not wanted");
  log.info("machine {}", 3);
  log.warning("two\nlines\x1b[31m");
  const std::regex expected(
      "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z info    machine 3\n"
      "\\S+Z warning two lines \\[31m\n");
  EXPECT_TRUE(std::regex_match(content_of(directory / "vcycled.log"), expected))
      << content_of(directory / "vcycled.log");
}

TEST(SpdlogLogTest, TheFileIsNotReadableByEverybody) {
  const TemporaryDirectory directory;
  const SpdlogLog log({.file = directory / "vcycled.log"});
  struct stat status {};
  ASSERT_EQ(::stat((directory / "vcycled.log").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0137, 0u);
}

TEST(SpdlogLogTest, GoesOnInANewFileAfterTheOldOneWasMovedAway) {
  const TemporaryDirectory directory;
  const std::string file = directory / "vcycled.log";
  SpdlogLog log({.file = file});
  log.info("before");
  std::filesystem::rename(file, file + ".1");
  log.info("meanwhile");
  log.reopen();
  log.info("after");
  EXPECT_NE(content_of(file + ".1").find("meanwhile"), std::string::npos);
  EXPECT_NE(content_of(file).find("after"), std::string::npos);
  EXPECT_EQ(content_of(file).find("before"), std::string::npos);
}

TEST(SpdlogLogTest, LinesGoOnIntoTheOldFileWhereNoNewOneCanBeMade) {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory / "logs");
  SpdlogLog log({.file = directory / "logs/vcycled.log"});
  std::filesystem::rename(directory / "logs", directory / "moved");
  log.reopen();
  log.info("still here");
  EXPECT_NE(log.problem(), "");
  EXPECT_NE(content_of(directory / "moved/vcycled.log").find("still here"), std::string::npos);
}

TEST(SpdlogLogTest, AFileThatCannotBeOpenedIsNamed) {
  const SpdlogLog log({.file = "/nonexistent/vcycled.log"});
  EXPECT_NE(log.problem().find("/nonexistent/vcycled.log"), std::string::npos);
}

class LocalFileReaderTest : public testing::Test {
 protected:
  Result<std::string, FileError> read(const std::string& path, std::size_t max_bytes) {
    return run(loop, reader.read(path, max_bytes));
  }
  TemporaryDirectory directory;
  boost::asio::io_context loop;
  DiskWorker worker;
  LocalFileReader reader{worker};
};

TEST_F(LocalFileReaderTest, ReadsEveryByte) {
  const std::string content("line\n\0end\n\n", 11);
  write_file(directory / "template", content);
  const auto read_back = read(directory / "template", 11);
  ASSERT_TRUE(read_back.ok());
  EXPECT_EQ(*read_back, content);
  write_file(directory / "empty", "");
  EXPECT_EQ(*read(directory / "empty", 0), "");
}

TEST_F(LocalFileReaderTest, RefusesWhatIsTooLongOrNoFileAndNamesIt) {
  write_file(directory / "long", "12345");
  ASSERT_EQ(::mkfifo((directory / "pipe").c_str(), 0600), 0);
  for (const auto& path : {directory / "long", directory / "pipe", directory / "absent", directory / "."}) {
    const auto answer = read(path, 4);
    ASSERT_FALSE(answer.ok()) << path;
    EXPECT_NE(answer.error().message.find(path), std::string::npos) << answer.error().message;
  }
}

/// A datagram socket as systemd's.
class Listener {
 public:
  explicit Listener(const std::string& name) : descriptor_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name.front() == '@') address.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    if (::bind(descriptor_, reinterpret_cast<sockaddr*>(&address), length) != 0)
      throw std::runtime_error("bind");
  }
  ~Listener() { ::close(descriptor_); }
  [[nodiscard]] std::string next() const {
    std::array<char, 512> text{};
    const ssize_t length = ::recv(descriptor_, text.data(), text.size(), MSG_DONTWAIT);
    return length < 0 ? "" : std::string(text.data(), static_cast<std::size_t>(length));
  }

 private:
  int descriptor_;
};

TEST(ServiceNotifierTest, SpeaksToSocketsWithAPathAndToAbstractOnes) {
  const TemporaryDirectory directory;
  for (const std::string& name :
       {(directory / "notify").string(), fmt::format("@vacuum-test-{}", ::getpid())}) {
    const Listener systemd(name);
    const ServiceNotifier notifier(name);
    notifier.ready();
    EXPECT_EQ(systemd.next(), "READY=1");
    notifier.status("3 spaces\nREADY=0");
    EXPECT_EQ(systemd.next(), "STATUS=3 spaces READY=0");
    notifier.reloading();
    EXPECT_TRUE(systemd.next().starts_with("RELOADING=1\nMONOTONIC_USEC="));
    notifier.alive();
    EXPECT_EQ(systemd.next(), "WATCHDOG=1");
    notifier.stopping();
    EXPECT_EQ(systemd.next(), "STOPPING=1");
  }
}

TEST(ServiceNotifierTest, WithoutAServiceManagerNothingHappens) {
  ServiceNotifier("").ready();
  ServiceNotifier("/nonexistent/notify").ready();
  ServiceNotifier(std::string(500, '/')).ready();
  EXPECT_FALSE(ServiceNotifier("", Milliseconds{1000}).alive_every().has_value());
}

TEST(ServiceNotifierTest, TheWatchdogIsFedTwiceAsOftenAsItBitesAndOnlyByItsOwnProcess) {
  ::setenv("NOTIFY_SOCKET", "/run/systemd/notify", 1);
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  EXPECT_EQ(ServiceNotifier::from_environment().alive_every(), Milliseconds{15000});
  ::setenv("WATCHDOG_PID", "1", 1);
  EXPECT_FALSE(ServiceNotifier::from_environment().alive_every().has_value());
  for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
  EXPECT_FALSE(ServiceNotifier::from_environment().alive_every().has_value());
}

TEST(HostNameTest, IsNeverEmpty) {
  EXPECT_FALSE(host_name().empty());
}

}  // namespace
}  // namespace vacuum
