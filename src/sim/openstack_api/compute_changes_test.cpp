// Nova's listing of what changed.
#include <gtest/gtest.h>

#include "sim/testing/site.hpp"

namespace vacuum::sim {
namespace {

using testing::Site;

constexpr std::string_view kServers = "/compute/v2.1/servers";
constexpr std::string_view kDetail = "/compute/v2.1/servers/detail";

std::string message_of(const ServedResponse& response) {
  const auto body = Site::parsed(response);
  return std::string(body.as_object().begin()->value().at("message").as_string());
}

std::vector<std::string> names(const boost::json::value& listing) {
  std::vector<std::string> found;
  for (const auto& server : listing.at("servers").as_array())
    found.emplace_back(server.at("name").as_string());
  return found;
}

/// Names of the servers that changed as `query` says, now being 2023-11-14T22:14:00Z.
class ChangesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    site_.now += Seconds{40};
    site_.service.advance(site_.now);
  }
  std::vector<std::string> changes(const std::string& query) {
    return names(Site::parsed(site_.get(std::string(kDetail) + "?" + query)));
  }
  Site site_;
};

TEST_F(ChangesTest, AreThoseOfTheSecondItselfAndLater) {
  site_.create("vm");
  site_.step(3.7);  // active since 22:14:03
  EXPECT_EQ(changes("changes-since=2023-11-14T22:14:03Z"), std::vector<std::string>{"vm"});
  EXPECT_TRUE(changes("changes-since=2023-11-14T22:14:03.1Z").empty()) << "what changed is told in seconds";
  EXPECT_TRUE(changes("changes-since=2023-11-14T22:14:04Z").empty());
}

TEST_F(ChangesTest, AreEveryStepOfAServersLife) {
  const std::string id = site_.created_id("vm");
  site_.step(1);
  EXPECT_EQ(changes("changes-since=2023-11-14T22:14:01Z").size(), 1u) << "is being built";
  site_.step(2);
  EXPECT_EQ(changes("changes-since=2023-11-14T22:14:03Z").size(), 1u) << "runs";
  EXPECT_TRUE(changes("changes-since=2023-11-14T22:14:04Z").empty());
  site_.step(7);
  site_.send("DELETE", std::string(kServers) + "/" + id);
  EXPECT_EQ(changes("changes-since=2023-11-14T22:14:10Z").size(), 1u) << "has a task";
  site_.step(1);
  EXPECT_EQ(changes("changes-since=2023-11-14T22:14:11Z").size(), 1u) << "is deleted";
}

TEST_F(ChangesTest, AlwaysHoldServersThatHaveNoHostYet) {
  site_.create("vm");
  EXPECT_EQ(changes("changes-since=2033-01-01T00:00:00Z").size(), 1u);
  site_.step(1);
  EXPECT_TRUE(changes("changes-since=2033-01-01T00:00:00Z").empty());
}

TEST_F(ChangesTest, ComeInPagesInTheOrderOfOtherListings) {
  std::vector<std::string> ids;
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    ids.push_back(site_.created_id(name));
    site_.step(5);
  }
  for (const std::size_t i : {0u, 3u}) site_.send("DELETE", std::string(kServers) + "/" + ids[i]);
  site_.step(5);
  std::string url = std::string(kDetail) + "?changes-since=2023-11-14T22:14:05Z&limit=2";
  std::vector<std::string> found;
  while (!url.empty()) {
    const auto page = Site::parsed(site_.get(url));
    for (const std::string& name : names(page)) found.push_back(name);
    const auto* links = page.as_object().if_contains("servers_links");
    url = links ? std::string(links->at(0).at("href").as_string()) : "";
    if (!url.empty()) url.erase(0, url.find("/compute"));
  }
  EXPECT_EQ(found, (std::vector<std::string>{"e", "d", "c", "b", "a"}));
}

TEST_F(ChangesTest, GoOnBehindAServerThatIsDeletedMeanwhile) {
  for (const char* name : {"a", "b"}) {
    site_.create(name);
    site_.step(5);
  }
  const auto page = Site::parsed(site_.get(std::string(kDetail) + "?limit=1"));
  EXPECT_EQ(names(page), std::vector<std::string>{"b"});
  const std::string marker(page.at("servers").at(0).at("id").as_string());
  site_.send("DELETE", std::string(kServers) + "/" + marker);
  site_.step(5);
  EXPECT_EQ(changes("marker=" + marker), std::vector<std::string>{"a"});
}

TEST_F(ChangesTest, AreForgottenAnHourAfterTheServersEnd) {
  const std::string id = site_.created_id("vm");
  site_.step(5);
  site_.send("DELETE", std::string(kServers) + "/" + id);
  site_.step(3600);
  EXPECT_EQ(changes("changes-since=2023-11-14T00:00:00Z").size(), 1u);
  site_.step(2);
  EXPECT_TRUE(changes("changes-since=2023-11-14T00:00:00Z").empty());
}

TEST_F(ChangesTest, EndBeforeATimeFromTheMicroversionThatKnowsIt) {
  site_.create("old");
  site_.step(5);
  site_.create("new");
  site_.step(5);
  const std::string before = "changes-before=2023-11-14T22:14:03Z";
  EXPECT_EQ(changes(before).size(), 2u) << "passed over";
  site_.microversion = "2.66";
  EXPECT_EQ(changes(before), std::vector<std::string>{"old"});
  EXPECT_EQ(changes("changes-since=2023-11-14T22:14:03Z&" + before), std::vector<std::string>{"old"});
  const ServedResponse refused =
      site_.get(std::string(kDetail) + "?changes-since=2023-11-14T22:14:04Z&" + before);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(message_of(refused), "The value of changes-since must be less than or equal to changes-before.");
}

TEST_F(ChangesTest, AreRefusedSinceWhatIsNoTime) {
  const std::string detail(kDetail);
  EXPECT_EQ(message_of(site_.get(detail + "?changes-since=yesterday")),
            "Invalid input for query parameters changes-since. Value: yesterday. 'yesterday' is not a "
            "'date-time'");
  EXPECT_EQ(site_.get(detail + "?changes-since=2023-11-14T22:14:00+00:00").status, 400)
      << "a plus that is not encoded is a space";
  EXPECT_EQ(site_.get(detail + "?changes-since=2023-11-14T22:14:00%2B00:00").status, 200);
}

}  // namespace
}  // namespace vacuum::sim
