// Co-operation on a file system that is full, or mounted for reading alone.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "adapters/shared_directory/testing/state_directory.hpp"
#include "adapters/shared_directory/testing/two_hosts.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

const SpaceName kSpace{"one.example.org"};
const IncarnationId kA{"a.example.org~aaaaaaaaaa"};
const IncarnationId kB{"b.example.org~bbbbbbbbbb"};

void write_text(const char* file, const std::string& text) {
  const int descriptor = ::open(file, O_WRONLY);
  ASSERT_GE(descriptor, 0) << file;
  EXPECT_EQ(::write(descriptor, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  ::close(descriptor);
}

/// A small file system of this process's own at `directory`.
void mount_small(const std::filesystem::path& directory) {
  const uid_t user = ::geteuid();
  ASSERT_EQ(::unshare(CLONE_NEWNS | (user != 0 ? CLONE_NEWUSER : 0)), 0);
  if (user != 0) write_text("/proc/self/uid_map", fmt::format("0 {} 1", user));
  ASSERT_EQ(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
  ASSERT_EQ(::mount("tmpfs", directory.c_str(), "tmpfs", 0, "size=128k"), 0);
}

class CooperationFaultsTest : public testing::Test {
 protected:
  /// Runs `test` in a process of its own, with its own file system at `state`.
  void on_small_file_system(const std::function<void()>& test) {
    const pid_t process = ::fork();
    if (process == 0) {
      mount_small(state);
      if (!HasFatalFailure()) test();
      std::fflush(nullptr);
      ::_exit(HasFailure() ? 1 : 0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(process, &status, 0), process);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "see above";
  }
  template <class T>
  T get(Async<T> call) {
    return run(loop, std::move(call));
  }
  void fill() const {
    std::ofstream file(state / "filler", std::ios::binary);
    const std::string block(1024, 'x');
    while (file << block << std::flush) continue;
  }
  Lease lease(std::uint64_t sequence) const {
    Lease made;
    made.incarnation = kA;
    made.duration = Milliseconds{15'000};
    made.sequence = sequence;
    return made;
  }
  Succession succession() const { return {.ended = kB, .heirs = {kA}, .by = kA, .reason = "silent"}; }

  TwoHosts place;
  const std::filesystem::path state = place.path;
  boost::asio::io_context loop;
};

TEST_F(CooperationFaultsTest, OnAFullFileSystemNothingIsHalfDoneAndAllGoesOnWhenThereIsSpace) {
  on_small_file_system([this] {
    DiskWorker worker(1);
    ManagerDirectory managers(state.string(), worker);
    TurnDirectory turns(state.string(), worker);
    std::filesystem::create_directories(state / "shared/spaces" / kSpace.text());
    ASSERT_TRUE(get(managers.renew(lease(1))).ok());
    ASSERT_TRUE(get(turns.take(kSpace, 1, kA)).ok());
    fill();
    const auto renewed = get(managers.renew(lease(2)));
    ASSERT_FALSE(renewed.ok());
    EXPECT_EQ(renewed.error().decision, StoreDecision::retry);
    EXPECT_NE(renewed.error().message.find("No space left"), std::string::npos) << renewed.error().message;
    EXPECT_FALSE(get(managers.end(succession())).ok());
    EXPECT_TRUE(get(turns.give_back(kSpace, 1)).ok()) << "the others can go on as soon as there is space";
    EXPECT_FALSE(get(turns.take(kSpace, 2, kA)).ok());
    auto view = get(managers.read());
    ASSERT_TRUE(view.ok());
    EXPECT_EQ(view->leases.at(0).sequence, 1u);
    EXPECT_TRUE(view->successions.empty() && view->unreadable.empty());
    EXPECT_EQ((*get(turns.last(kSpace)))->number, 1u);
    std::filesystem::remove(state / "filler");
    EXPECT_TRUE(get(managers.renew(lease(3))).ok());
    EXPECT_TRUE(get(managers.end(succession())).ok());
    EXPECT_TRUE(get(turns.take(kSpace, 2, kA)).ok());
    view = get(managers.read());
    ASSERT_TRUE(view.ok());
    EXPECT_EQ(view->leases.at(0).sequence, 3u);
    EXPECT_EQ(view->successions.size(), 1u);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(state / "shared/managers"), {}), 2)
        << "what failed left nothing";
  });
}

TEST_F(CooperationFaultsTest, OnAReadOnlyFileSystemAllIsReadAndNothingClaimed) {
  on_small_file_system([this] {
    DiskWorker worker(1);
    ManagerDirectory managers(state.string(), worker);
    TurnDirectory turns(state.string(), worker);
    SharedDirectoryStore store(state.string(), SharedDirectoryStore::Access::read_write, worker);
    std::filesystem::create_directories(state / "shared/spaces" / kSpace.text());
    ASSERT_TRUE(get(store.load(kSpace, Freshness::as_of_now)).ok());
    ASSERT_TRUE(get(managers.renew(lease(1))).ok());
    ASSERT_TRUE(get(turns.take(kSpace, 1, kA)).ok());
    ASSERT_EQ(::mount("none", state.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
    EXPECT_FALSE(get(managers.renew(lease(2))).ok());
    EXPECT_FALSE(get(managers.end(succession())).ok());
    EXPECT_FALSE(get(managers.retire(kA)).ok());
    EXPECT_FALSE(get(turns.take(kSpace, 2, kA)).ok());
    EXPECT_FALSE(get(turns.give_back(kSpace, 1)).ok());
    EXPECT_FALSE(get(store.load(kSpace, Freshness::as_of_now)).ok());
    EXPECT_TRUE(get(store.load(kSpace, Freshness::remembered)).ok());
    EXPECT_EQ(get(managers.read())->leases.at(0).sequence, 1u);
    EXPECT_EQ((*get(turns.last(kSpace)))->state, Turn::State::held);
    ASSERT_EQ(::mount("none", state.c_str(), nullptr, MS_REMOUNT, nullptr), 0);
    EXPECT_TRUE(get(managers.renew(lease(3))).ok());
    EXPECT_TRUE(get(turns.give_back(kSpace, 1)).ok());
    EXPECT_TRUE(get(store.load(kSpace, Freshness::as_of_now)).ok());
  });
}

}  // namespace
}  // namespace vacuum
