#include "adapters/system/access_log_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"

namespace vacuum {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

class AccessLogFileTest : public testing::Test {
 protected:
  TemporaryDirectory folder_;
  std::string path_ = folder_ / "access.log";
  AccessRecord record_{.peer = "192.0.2.7",
                       .identity = "token",
                       .method = "PUT",
                       .path = "/a/b",
                       .status = 200,
                       .bytes = 12,
                       .took = Milliseconds{3}};
};

TEST_F(AccessLogFileTest, WritesALineForEachRequest) {
  {
    AccessLogFile log(path_);
    EXPECT_EQ(log.problem(), "");
    log.write(record_);
    log.write(record_);
  }
  const std::string text = content_of(path_);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_THAT(text, EndsWith(" +0000] \"PUT /a/b\" 200 12 3\n"));
}

TEST_F(AccessLogFileTest, LaysOutALineAsOtherServersDo) {
  EXPECT_EQ(access_line(record_, from_unix(1'795'629'962)),
            "192.0.2.7 - \"token\" [25/Nov/2026:18:06:02 +0000] \"PUT /a/b\" 200 12 3\n");
  record_.identity.clear();
  EXPECT_THAT(access_line(record_, from_unix(0)), HasSubstr("192.0.2.7 - \"-\" ["));
}

TEST_F(AccessLogFileTest, LetsNobodyForgeALine) {
  record_.path = "/a\n1.2.3.4 - \"x\\\"\x80";
  record_.method = "GE\tT";
  const std::string line = access_line(record_, from_unix(0));
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  EXPECT_THAT(line, HasSubstr("\"GE\\x09T /a\\x0A1.2.3.4 - \\x22x\\x5C\\x22\\x80\""));
  record_.path = std::string(5000, 'x');
  EXPECT_LT(access_line(record_, from_unix(0)).size(), 1300u);
}

TEST_F(AccessLogFileTest, GoesOnInANewFileAfterReopen) {
  AccessLogFile log(path_);
  log.write(record_);
  std::filesystem::rename(path_, path_ + ".1");
  log.reopen();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!std::filesystem::exists(path_) && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  EXPECT_THAT(content_of(path_ + ".1"), HasSubstr("/a/b"));
  EXPECT_THAT(content_of(path_), Not(HasSubstr("/a/b")));
}

TEST_F(AccessLogFileTest, DropsAndTellsWhatComesFasterThanItCanBeWritten) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);  // takes little while nobody reads
  const int reader = ::open(path_.c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  std::string text;
  std::thread reading;
  {
    AccessLogFile log(path_);
    record_.path = std::string(1000, 'x');
    for (int i = 0; i < 10'000; ++i) log.write(record_);
    EXPECT_GT(log.dropped(), 0u);
    ::fcntl(reader, F_SETFL, 0);
    reading = std::thread([&] {
      std::string part(65536, '\0');
      for (ssize_t count = 0; (count = ::read(reader, part.data(), part.size())) > 0;)
        text.append(part, 0, static_cast<std::size_t>(count));
    });
  }
  reading.join();
  ::close(reader);
  EXPECT_THAT(text, HasSubstr("lines were lost"));
}

TEST_F(AccessLogFileTest, SaysThatItsFileCannotBeOpened) {
  AccessLogFile log("/no/such/folder/access.log");
  log.write(record_);
  EXPECT_THAT(log.problem(), HasSubstr("/no/such/folder/access.log"));
}

}  // namespace
}  // namespace vacuum
