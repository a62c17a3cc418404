#include "sim/guest_contact.hpp"

#include <gtest/gtest.h>

namespace vacuum::sim {
namespace {

TEST(GuestContactTest, IsReadFromUserDataAsAScriptWould) {
  const auto contact = read_contact(
      "#!/bin/sh\nexport MACHINEFEATURES=https://m.example:443/machines/s/vm/machinefeatures\n"
      "export JOBFEATURES=\"https://m.example:443/machines/s/vm/jobfeatures/\"\n"
      "curl -T f -H 'Authorization: Bearer a_B-9' https://m.example:443/machines/s/vm/joboutputs/\n",
      {});
  EXPECT_EQ(contact.machinefeatures, "https://m.example:443/machines/s/vm/machinefeatures");
  EXPECT_EQ(contact.jobfeatures, "https://m.example:443/machines/s/vm/jobfeatures");
  EXPECT_EQ(contact.joboutputs, "https://m.example:443/machines/s/vm/joboutputs");
  EXPECT_EQ(contact.token.reveal(), "a_B-9");
}

TEST(GuestContactTest, TakesATokenByItsNameInAnyNotation) {
  for (const char* line : {"joboutputs_token=abc", "JOBOUTPUTS_TOKEN='abc'",
                           "  joboutputs_token: \"abc\" # x", "# joboutputs_token\njoboutputs_token = abc\n"})
    EXPECT_EQ(read_contact(line, {}).token.reveal(), "abc") << line;
  for (const char* line : {"", "joboutputs_token", "joboutputs_token=", "bearer", "Bearer \n", "forbearer"})
    EXPECT_TRUE(read_contact(line, {}).token.empty()) << line;
}

TEST(GuestContactTest, ComesFromMetadataWhereUserDataSaysNothing) {
  const auto contact = read_contact("#cloud-config\n# http httpx://a/machinefeatures\n",
                                    {{"machinefeatures", "https://m/machinefeatures"},
                                     {"jobfeatures", "file:///etc/passwd"},
                                     {"joboutputs", "https://m/x y"}});
  EXPECT_EQ(contact.machinefeatures, "https://m/machinefeatures");
  EXPECT_EQ(contact.jobfeatures, "");
  EXPECT_EQ(contact.joboutputs, "");
}

}  // namespace
}  // namespace vacuum::sim
