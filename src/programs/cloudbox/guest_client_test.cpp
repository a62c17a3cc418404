#include "programs/cloudbox/guest_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/openstack/testing/fake_http_client.hpp"
#include "ports/testing/fake_clock.hpp"
#include "ports/testing/run.hpp"

namespace vacuum::cloudbox {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kMachine = "https://m.example/machines/s/vm";

class GuestClientTest : public ::testing::Test {
 protected:
  GuestClientTest() {
    server_.serial = 7;
    server_.contact = {kMachine + "/machinefeatures", kMachine + "/jobfeatures", kMachine + "/joboutputs",
                       Secret("the-token")};
    client_.tell({[this](std::uint64_t serial, std::string_view file) {
                    told_.push_back(fmt::format("{} sent {}", serial, file));
                  },
                  [this](std::uint64_t serial, const sim::GuestFeatures& features) {
                    told_.push_back(fmt::format("{} learned", serial));
                    features_ = features;
                  }});
  }
  void put_answers(std::initializer_list<int> statuses) {
    for (const int status : statuses) http_.answer("PUT", kPutUrl, status, "");
  }
  sim::Sending put(std::string_view content = "200 Success\n") {
    return client_.put(server_, "shutdown_message", content);
  }
  void let_pass(Milliseconds duration) {
    auto sleep = [this, duration]() -> Async<void> { co_await clock_.sleep(duration, {}); };
    run(loop_, clock_, sleep());
    settle(loop_);
  }
  int puts() const { return http_.count("PUT", kPutUrl); }

  static inline const std::string kPutUrl = kMachine + "/joboutputs/shutdown_message";
  boost::asio::io_context loop_;
  FakeClock clock_;
  openstack::FakeHttpClient http_;
  GuestClient client_{loop_.get_executor(), http_,
                      [this](Milliseconds duration) { return clock_.sleep(duration, {}); }};
  sim::CloudServer server_;
  std::vector<std::string> told_;
  sim::GuestFeatures features_;
};

TEST_F(GuestClientTest, PutsAFileWithTheTokenOfItsMachine) {
  put_answers({201});
  EXPECT_EQ(put(), sim::Sending::under_way);
  let_pass(Seconds{1});
  ASSERT_EQ(puts(), 1);
  EXPECT_EQ(http_.seen().front().body, "200 Success\n");
  EXPECT_EQ(header_value(http_.seen().front().headers, "Authorization"), "Bearer the-token");
  EXPECT_THAT(told_, ElementsAre("7 sent shutdown_message"));
  EXPECT_EQ(client_.traffic().files_sent, 1u);
}

TEST_F(GuestClientTest, KeepsItsTokenFromAServiceWithoutTls) {
  server_.contact.joboutputs = "http://m.example/machines/s/vm/joboutputs";
  (void)put();
  let_pass(Seconds{1});
  ASSERT_EQ(http_.seen().size(), 1u);
  EXPECT_EQ(header_value(http_.seen().front().headers, "Authorization"), "");
}

TEST_F(GuestClientTest, RepeatsAPutThatFailsInPassing) {
  http_.fail("PUT", kPutUrl, HttpFailureKind::answer_lost);
  put_answers({503, 429, 200});
  (void)put();
  let_pass(Seconds{10});
  EXPECT_EQ(puts(), 4);
  EXPECT_EQ(client_.traffic().repeats, 3u);
  EXPECT_EQ(client_.traffic().files_sent, 1u);
  EXPECT_EQ(client_.traffic().files_failed, 0u);
}

TEST_F(GuestClientTest, GivesUpInTheEndAndSaysWhy) {
  put_answers({503});
  (void)put();
  let_pass(Seconds{100});
  EXPECT_EQ(puts(), 4);
  EXPECT_EQ(client_.traffic().files_failed, 1u);
  EXPECT_THAT(told_, ElementsAre("7 sent shutdown_message"));
  EXPECT_EQ(client_.traffic().last_failure, "PUT " + kPutUrl + ": status 503");
}

TEST_F(GuestClientTest, DoesNotRepeatWhatIsRefused) {
  put_answers({403});
  (void)put();
  let_pass(Seconds{100});
  EXPECT_EQ(puts(), 1);
  http_.reset("PUT", kPutUrl);
  http_.fail("PUT", kPutUrl, HttpFailureKind::not_allowed);
  (void)put();
  let_pass(Seconds{100});
  EXPECT_EQ(puts(), 2);
  EXPECT_EQ(client_.traffic().files_failed, 2u);
  EXPECT_THAT(client_.traffic().last_failure, Not(HasSubstr("the-token")));
}

TEST_F(GuestClientTest, SendsNoSecondFileOfANameWhileTheFirstIsUnderWay) {
  put_answers({200});
  http_.hold();
  (void)put("1\n");
  settle(loop_);
  EXPECT_EQ(put("2\n"), sim::Sending::under_way);
  http_.release();
  let_pass(Seconds{1});
  EXPECT_EQ(puts(), 1);
  EXPECT_EQ(told_.size(), 1u);
}

TEST_F(GuestClientTest, ReadsTheFeaturesThatThereAre) {
  http_.answer("GET", kMachine + "/machinefeatures/total_cpu", 200, "4\n");
  http_.answer("GET", kMachine + "/jobfeatures/shutdowntime_job", 200, "1800000000\n");
  client_.ask_features(server_, sim::Look::at_everything);
  let_pass(Seconds{1});
  EXPECT_THAT(told_, ElementsAre("7 learned"));
  EXPECT_THAT(features_.machine, ElementsAre(std::pair("total_cpu", "4")));
  EXPECT_THAT(features_.job, ElementsAre(std::pair("shutdowntime_job", "1800000000")));
  EXPECT_EQ(client_.traffic().features_read, 2u);
  EXPECT_EQ(client_.traffic().features_failed, 0u) << "a key without a value is none";
}

TEST_F(GuestClientTest, AsksForTheTwoShutdownTimesAloneLater) {
  http_.answer("GET", kMachine + "/jobfeatures/shutdowntime_job", 200, "1800000000\n");
  client_.ask_features(server_, sim::Look::at_shutdown_times);
  let_pass(Seconds{1});
  EXPECT_EQ(http_.seen().size(), 2u);
  EXPECT_THAT(told_, ElementsAre("7 learned"));
}

TEST_F(GuestClientTest, TellsNothingWhereNoFeatureCouldBeRead) {
  http_.fail("GET", kMachine + "/machinefeatures/total_cpu", HttpFailureKind::not_sent);
  http_.answer("GET", kMachine + "/jobfeatures/allocated_cpu", 500, "");
  client_.ask_features(server_, sim::Look::at_everything);
  let_pass(Seconds{1});
  EXPECT_TRUE(told_.empty());
  EXPECT_EQ(client_.traffic().features_failed, 2u);
}

TEST_F(GuestClientTest, AsksNobodyWhereTheGuestKnowsNoService) {
  server_.contact = {};
  EXPECT_EQ(put(), sim::Sending::ended);
  client_.ask_features(server_, sim::Look::at_everything);
  let_pass(Seconds{1});
  EXPECT_TRUE(http_.seen().empty());
}

}  // namespace
}  // namespace vacuum::cloudbox
