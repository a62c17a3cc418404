#include "adapters/shared_directory/manager_lock.hpp"

#include <unistd.h>

#include "adapters/shared_directory/testing/state_directory.hpp"

namespace vacuum {
namespace {

TEST(ManagerLockTest, ASecondManagerIsRefusedAndToldWhoHasTheDirectory) {
  const StateDirectory state;
  auto first = ManagerLock::take(state.path.string());
  ASSERT_TRUE(first.ok()) << first.error();
  const auto second = ManagerLock::take(state.path.string());
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().find(std::to_string(::getpid())), std::string::npos) << second.error();
  EXPECT_NE(second.error().find(state.path.string()), std::string::npos);
}

TEST(ManagerLockTest, TheDirectoryIsFreeAgainAfterTheFirstEnded) {
  const StateDirectory state;
  {
    const auto first = ManagerLock::take(state.path.string());
    ASSERT_TRUE(first.ok());
  }
  EXPECT_TRUE(ManagerLock::take(state.path.string()).ok());
}

TEST(ManagerLockTest, ADirectoryThatIsNotThereIsNamed) {
  const auto lock = ManagerLock::take("/nonexistent/state");
  ASSERT_FALSE(lock.ok());
  EXPECT_NE(lock.error().find("/nonexistent/state"), std::string::npos);
}

}  // namespace
}  // namespace vacuum
