#include "adapters/shared_directory/heartbeat_list_files.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>

#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

namespace fs = std::filesystem;

const SpaceName kSpace{"a.org"};
const MachinetypeName kSquid{"squid"};
const MachinetypeName kProd{"prod"};

class HeartbeatListFilesTest : public ::testing::Test {
 protected:
  HeartbeatListFilesTest() { fs::create_directory(state_ / "shared"); }

  StoreResult<Done> publish(HeartbeatListFiles& files, std::map<MachinetypeName, std::string> lists) {
    return run(loop_, files.publish(kSpace, std::move(lists)));
  }
  fs::path directory() const { return state_ / "shared/spaces/a.org/heartbeatlists"; }
  std::string read(const MachinetypeName& name) const { return content_of(directory() / name.text()); }
  std::size_t count() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory()), {}));
  }
  auto inode(const MachinetypeName& name) const {
    struct stat status {};
    EXPECT_EQ(::stat((directory() / name.text()).c_str(), &status), 0);
    return status.st_ino;
  }

  boost::asio::io_context loop_;
  DiskWorker worker_{1};
  TemporaryDirectory state_;
};

TEST_F(HeartbeatListFilesTest, EachMachinetypeHasItsFile) {
  HeartbeatListFiles files(state_.string(), worker_);
  ASSERT_TRUE(publish(files, {{kSquid, "1 a 10.0.0.1\n"}, {kProd, ""}}).ok());
  EXPECT_EQ(read(kSquid), "1 a 10.0.0.1\n");
  EXPECT_TRUE(fs::exists(directory() / "prod"));
}

TEST_F(HeartbeatListFilesTest, OnlyWhatChangedIsWritten) {
  HeartbeatListFiles files(state_.string(), worker_);
  ASSERT_TRUE(publish(files, {{kSquid, "1 a ip\n"}, {kProd, "2 b ip\n"}}).ok());
  const auto before = inode(kSquid);
  ASSERT_TRUE(publish(files, {{kSquid, "1 a ip\n"}, {kProd, "3 b ip\n"}}).ok());
  EXPECT_EQ(inode(kSquid), before);
  EXPECT_EQ(read(kProd), "3 b ip\n");
  fs::remove_all(directory());
  ASSERT_TRUE(publish(files, {{kSquid, "1 a ip\n"}, {kProd, "3 b ip\n"}}).ok());
  EXPECT_FALSE(fs::exists(directory())) << "a quiet cycle touched the disk";
}

TEST_F(HeartbeatListFilesTest, TheListOfAMachinetypeThatIsNoMoreGoes) {
  {
    HeartbeatListFiles files(state_.string(), worker_);
    ASSERT_TRUE(publish(files, {{kSquid, "1 a ip\n"}, {kProd, ""}}).ok());
  }
  HeartbeatListFiles files(state_.string(), worker_);
  ASSERT_TRUE(publish(files, {{kProd, ""}}).ok());
  EXPECT_EQ(count(), 1u);
}

TEST_F(HeartbeatListFilesTest, AFailureIsToldAndAllIsWrittenLater) {
  HeartbeatListFiles files(state_.string(), worker_);
  fs::rename(state_ / "shared", state_ / "away");
  const auto failed = publish(files, {{kSquid, "1 a ip\n"}});
  ASSERT_FALSE(failed.ok());
  EXPECT_NE(failed.error().message.find((state_ / "shared").string()), std::string::npos);
  fs::rename(state_ / "away", state_ / "shared");
  ASSERT_TRUE(publish(files, {{kSquid, "1 a ip\n"}}).ok());
  EXPECT_EQ(read(kSquid), "1 a ip\n");
}

}  // namespace
}  // namespace vacuum
