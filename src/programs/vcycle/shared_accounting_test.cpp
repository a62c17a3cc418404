#include "programs/vcycle/shared_accounting.hpp"

#include <gtest/gtest.h>

namespace vacuum {
namespace {

Lease lease(const char* incarnation) {
  Lease made;
  made.incarnation = IncarnationId{incarnation};
  return made;
}

TEST(SharedAccountingTest, SeveralManagersWithoutACommonDirectoryAreWarned) {
  RegisterView managers;
  managers.leases = {lease("a.example.org~aaaaaaaaaa"), lease("b.example.org~bbbbbbbbbb")};
  const auto warning = warn_of_own_accounting(DaemonSettings{}, managers);
  ASSERT_TRUE(warning.has_value());
  EXPECT_EQ(to_string(*warning),
            "warning: [settings] apel_directory: is not set, and 2 managers share the machines "
            "(a.example.org b.example.org): one that passes between them might be accounted twice; set it on "
            "all of them to one directory on the shared file system");
}

TEST(SharedAccountingTest, OneManagerAloneOrACommonDirectoryIsFine) {
  RegisterView managers;
  managers.leases = {lease("a.example.org~aaaaaaaaaa"), lease("a.example.org~zzzzzzzzzz")};
  EXPECT_FALSE(warn_of_own_accounting(DaemonSettings{}, managers)) << "two lives of one manager";
  managers.leases.push_back(lease("b.example.org~bbbbbbbbbb"));
  managers.successions.push_back({.ended = IncarnationId{"b.example.org~bbbbbbbbbb"}});
  EXPECT_FALSE(warn_of_own_accounting(DaemonSettings{}, managers)) << "the other one has ended";
  managers.successions.clear();
  DaemonSettings settings;
  settings.apel_directory = "/shared/apel";
  EXPECT_FALSE(warn_of_own_accounting(settings, managers));
}

}  // namespace
}  // namespace vacuum
