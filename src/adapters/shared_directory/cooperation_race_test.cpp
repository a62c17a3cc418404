// Managers that race for the steps that only one can do: processes of their own, as on hosts of their own.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "adapters/shared_directory/testing/two_hosts.hpp"
#include "adapters/shared_directory/turn_files.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

constexpr int kRacers = 8;
constexpr int kRounds = 25;
const SpaceName kSpace{"one.example.org"};

IncarnationId racer(int number) {
  return IncarnationId{fmt::format("host{}.example.org~aaaaaaaaaa", number)};
}

/// Exit codes of one process for each racer.
std::vector<int> race(const std::function<int(int racer)>& run_one) {
  std::vector<pid_t> processes;
  for (int i = 0; i < kRacers; ++i) {
    const pid_t process = ::fork();
    if (process == 0) ::_exit(run_one(i));
    processes.push_back(process);
  }
  std::vector<int> codes;
  for (const pid_t process : processes) {
    int status = 0;
    EXPECT_EQ(::waitpid(process, &status, 0), process);
    EXPECT_TRUE(WIFEXITED(status));
    codes.push_back(WEXITSTATUS(status));
  }
  return codes;
}

class CooperationRaceTest : public testing::Test, public TwoHosts {
 protected:
  CooperationRaceTest() { std::filesystem::create_directories(path / "shared/spaces" / kSpace.text()); }
  /// Every second racer sees the directory as the other host does.
  [[nodiscard]] std::string seen_by(int number) const {
    return (number % 2 == 0 ? path : other_path).string();
  }
};

TEST_F(CooperationRaceTest, OfAllWhoEndAnIncarnationOneWinsAndAllSeeItsWordWhole) {
  const auto ended = [](int round) { return IncarnationId{fmt::format("dead{}.example.org~", round)}; };
  const auto codes = race([&](int number) {
    boost::asio::io_context loop;
    DiskWorker worker(1);
    ManagerDirectory managers(seen_by(number), worker);
    int won = 0;
    for (int round = 0; round < kRounds; ++round) {
      const auto done = run(loop, managers.end({.ended = ended(round),
                                                .heirs = std::vector(200, racer(number)),
                                                .by = racer(number),
                                                .reason = "silent"}));
      if (!done && done.error().decision != StoreDecision::exists) return 255;
      won += done ? 1 : 0;
      const auto view = run(loop, managers.read());
      if (!view || !view->unreadable.empty()) return 254;
      if (view->successions.size() < static_cast<std::size_t>(round) + 1) return 253;
    }
    return won;
  });
  boost::asio::io_context loop;
  DiskWorker worker(1);
  ManagerDirectory managers(path.string(), worker);
  std::vector<int> wins(kRacers);
  const auto view = run(loop, managers.read());
  ASSERT_TRUE(view.ok());
  ASSERT_EQ(view->successions.size(), static_cast<std::size_t>(kRounds));
  for (const Succession& succession : view->successions) {
    for (int i = 0; i < kRacers; ++i) wins[static_cast<std::size_t>(i)] += succession.by == racer(i) ? 1 : 0;
  }
  EXPECT_EQ(codes, wins) << "who was told to have won is whose word counts";
}

TEST_F(CooperationRaceTest, EachTurnHasOneHolderAtATime) {
  // Within the turn a counter is read and written without any care: one that is lost tells of two holders.
  const auto add_one = [](const std::filesystem::path& counter) {
    int count = 0;
    { std::ifstream(counter) >> count; }
    std::this_thread::yield();
    std::ofstream(counter) << count + 1;
  };
  const auto codes = race([&](int number) {
    const std::string seen = seen_by(number);
    const shared_directory::TurnFiles turns(seen + "/shared", kSpace);
    for (int had = 0; had < kRounds;) {
      const auto last = turns.last();
      if (!last) return 255;
      if (*last && (*last)->state == Turn::State::held) {
        std::this_thread::yield();
        continue;
      }
      const std::uint64_t next = *last ? (*last)->number + 1 : 1;
      const auto taken = turns.take(next, racer(number));
      if (!taken && taken.error().decision != StoreDecision::exists) return 254;
      if (!taken) continue;
      add_one(seen + "/counter");
      ++had;
      if (!turns.give_back(next)) return 253;
    }
    return 0;
  });
  EXPECT_EQ(codes, std::vector<int>(kRacers, 0));
  int count = 0;
  std::ifstream(path / "counter") >> count;
  EXPECT_EQ(count, kRacers * kRounds);
  const auto last = shared_directory::TurnFiles((path / "shared").string(), kSpace).last();
  ASSERT_TRUE(last.ok() && last->has_value());
  EXPECT_EQ((*last)->number, static_cast<std::uint64_t>(kRacers * kRounds));
}

TEST_F(CooperationRaceTest, AReaderNeverSeesHalfALease) {
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    boost::asio::io_context loop;
    DiskWorker worker(1);
    ManagerDirectory managers(path.string(), worker);
    Lease lease;
    lease.incarnation = racer(0);
    lease.duration = Milliseconds{15'000};
    for (int i = 0; i < 2000; ++i) lease.machines.emplace(fmt::format("space{}.example.org", i), i);
    while (!stop) {
      ++lease.sequence;
      EXPECT_TRUE(run(loop, managers.renew(lease)).ok());
    }
  });
  boost::asio::io_context loop;
  DiskWorker worker(1);
  ManagerDirectory managers(other_path.string(), worker);
  std::uint64_t before = 0;
  for (int look = 0; look < 100; ++look) {
    const auto view = run(loop, managers.read());
    EXPECT_TRUE(view.ok() && view->unreadable.empty());
    if (!view.ok() || view->leases.empty()) continue;
    EXPECT_EQ(view->leases[0].machines.size(), 2000u);
    EXPECT_GE(view->leases[0].sequence, before);
    before = view->leases[0].sequence;
  }
  stop = true;
  writer.join();
}

}  // namespace
}  // namespace vacuum
