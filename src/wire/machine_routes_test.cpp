#include "wire/machine_routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ports/testing/fake_log.hpp"
#include "ports/testing/memory_machine_files.hpp"

namespace vacuum::wire {
namespace {

using testing::HasSubstr;

class MachineRoutesTest : public testing::Test {
 protected:
  MachineRoutesTest() {
    files_.rules[kMachine] = {.https_x509dn = "/DC=a/CN=pilot", .is_over = false};
    files_.files[std::string(kMachine) + "/machinefeatures/total_cpu"] = "4\n";
    files_.files[std::string(kMachine) + "/machinefeatures/hs06"] = "40\n";
    files_.files[std::string(kMachine) + "/jobfeatures/job_id"] = "uuid\n";
    files_.files["heartbeatlists/prod"] = "1 a 192.0.2.1\n";
  }

  ServedResponse ask(const std::string& method, const std::string& target) {
    return serve_machine_files({.method = method, .target = target, .peer = "192.0.2.9"}, view_, now_);
  }
  ServedResponse get(const std::string& target) { return ask("GET", target); }
  static std::string path(const std::string& rest) {
    return std::string("/machines/space1/") + kMachine + rest;
  }

  static ServedRequest upload(const std::string& file, const std::string& body) {
    return {.method = "PUT", .target = path("/joboutputs/" + file), .body = body, .over_tls = true};
  }
  static ServedRequest upload_by_token(const std::string& token = "token-of-" + std::string(kMachine)) {
    ServedRequest request = upload("heartbeat", "x");
    request.headers.emplace_back("authorization", "Bearer " + token);
    return request;
  }
  static ServedRequest upload_by_dn(const std::string& dn) {
    ServedRequest request = upload("heartbeat", "x");
    request.client_dn = dn;
    return request;
  }
  ServedResponse put(const ServedRequest& request) { return serve_machine_files(request, view_, now_); }

  static constexpr const char* kMachine = "vcycle-prod-0123456789";
  MemoryMachineFiles files_;
  FakeLog log_;
  UploadRates rates_{3};
  Milliseconds now_{0};
  MachineView view_{.files = files_,
                    .log = log_,
                    .limits = {.file_bytes = 10, .machine_bytes = 100, .files = 5},
                    .rates = rates_,
                    .is_token =
                        [](const SpaceName& space, const MachineName& machine, std::string_view token) {
                          return space.text() == "space1" && token == "token-of-" + machine.text();
                        },
                    .dn_matches =
                        [](std::string_view configured, std::string_view client) {
                          return client == configured || client.starts_with(std::string(configured) + "/");
                        }};
};

TEST_F(MachineRoutesTest, AnswersAKeyWithItsValueInPlainText) {
  const auto answer = get(path("/machinefeatures/total_cpu"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "4\n");
  EXPECT_THAT(answer.headers, testing::Contains(testing::Pair("Content-Type", "text/plain; charset=utf-8")));
  EXPECT_EQ(get(path("/jobfeatures/job_id")).body, "uuid\n");
  EXPECT_EQ(get(path("/jobfeatures/job_id/")).body, "uuid\n");
  EXPECT_EQ(get(path("/jobfeatures//job_id?x=y")).body, "uuid\n");
  EXPECT_EQ(ask("HEAD", path("/jobfeatures/job_id")).status, 200);
}

TEST_F(MachineRoutesTest, ListsTheKeysWithAndWithoutSlash) {
  EXPECT_EQ(get(path("/machinefeatures/")).body, "hs06\ntotal_cpu\n");
  EXPECT_EQ(get(path("/machinefeatures")).body, "hs06\ntotal_cpu\n");
}

TEST_F(MachineRoutesTest, ServesHeartbeatLists) {
  EXPECT_EQ(get("/heartbeatlists/space1/prod").body, "1 a 192.0.2.1\n");
  EXPECT_EQ(get("/heartbeatlists/space1/none").status, 404);
  EXPECT_EQ(get("/heartbeatlists/space1").status, 404);
}

TEST_F(MachineRoutesTest, Answers404WithAnEmptyBodyWhereThereIsNothing) {
  for (const std::string& target :
       {std::string("/"), std::string("/machines"), path(""), path("/jobfeatures/none"), path("/user_data"),
        path("/joboutputs/heartbeat"), path("/joboutputs"), path("/jobfeatures/a/b"),
        std::string("/machines/space1/vcycle-x/jobfeatures/job_id"),
        std::string("/machines/SPACE/other/jobfeatures/job_id")}) {
    const auto answer = get(target);
    EXPECT_EQ(answer.status, 404) << target;
    EXPECT_EQ(answer.body, "") << target;
  }
}

TEST_F(MachineRoutesTest, RefusesWaysOutOfTheTree) {
  EXPECT_EQ(get(path("/machinefeatures/../https_x509dn")).status, 400);
  EXPECT_EQ(get(path("/machinefeatures/%2e%2e/https_x509dn")).status, 400);
  EXPECT_EQ(get(path("/machinefeatures/..%2fhttps_x509dn")).status, 400);
}

TEST_F(MachineRoutesTest, AllowsOnlyTheMethodsOfAPath) {
  const auto answer = ask("DELETE", path("/jobfeatures/job_id"));
  EXPECT_EQ(answer.status, 405);
  EXPECT_THAT(answer.headers, testing::Contains(testing::Pair("Allow", "GET, HEAD")));
  EXPECT_EQ(ask("POST", path("/joboutputs/a")).status, 405);
  EXPECT_EQ(ask("PUT", path("/jobfeatures/job_id")).status, 405);
  EXPECT_EQ(ask("PUT", "/elsewhere").status, 405);
}

TEST_F(MachineRoutesTest, TakesAFileByTheMachinesOwnToken) {
  const auto made = put(upload_by_token());
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.identity, "token");
  EXPECT_EQ(files_.files.at(std::string(kMachine) + "/joboutputs/heartbeat"), "x");
  EXPECT_EQ(put(upload_by_token()).status, 204);
}

TEST_F(MachineRoutesTest, TakesAFileByACertificateOfTheConfiguredName) {
  const auto answer = put(upload_by_dn("/DC=a/CN=pilot"));
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.identity, "/DC=a/CN=pilot");
}

TEST_F(MachineRoutesTest, RefusesAllOthersInWords) {
  EXPECT_THAT(put(upload("heartbeat", "x")).body, HasSubstr("show the machine's token"));
  EXPECT_THAT(put(upload_by_token("token-of-vcycle-prod-other00000")).body,
              HasSubstr("not that of this machine"));
  EXPECT_THAT(put(upload_by_dn("/DC=a/CN=pilots")).body, HasSubstr("/DC=a/CN=pilots may not write"));
  ServedRequest unbelieved = upload("heartbeat", "x");
  unbelieved.client_problem = "it has expired";
  EXPECT_THAT(put(unbelieved).body, HasSubstr("not accepted: it has expired"));
  files_.rules[kMachine].https_x509dn.clear();
  EXPECT_THAT(put(upload_by_dn("/DC=a/CN=pilot")).body, HasSubstr("no client certificate may write"));
  for (const auto& request : {upload("heartbeat", "x"), upload_by_dn("/DC=a/CN=pilot")}) {
    EXPECT_EQ(put(request).status, 403);
  }
  EXPECT_FALSE(files_.files.contains(std::string(kMachine) + "/joboutputs/heartbeat"));
}

TEST_F(MachineRoutesTest, TakesNothingInClearText) {
  ServedRequest request = upload_by_token();
  request.over_tls = false;
  EXPECT_EQ(put(request).status, 403);
  EXPECT_THAT(put(request).body, HasSubstr("HTTPS only"));
}

TEST_F(MachineRoutesTest, TakesNothingForAMachineWhoseLifeIsOver) {
  files_.rules[kMachine].is_over = true;
  EXPECT_EQ(put(upload_by_token()).status, 403);
  files_.rules.clear();
  EXPECT_EQ(put(upload_by_token()).status, 403);
  EXPECT_THAT(put(upload_by_token()).body, HasSubstr("life is over"));
}

TEST_F(MachineRoutesTest, RefusesNamesThatAreNoFilesOfAMachine) {
  for (const std::string file : {".hidden", "a%20b", "a:b", "%c3%a4", "~"}) {
    ServedRequest request = upload_by_token();
    request.target = path("/joboutputs/" + file);
    EXPECT_EQ(put(request).status, 400) << file;
  }
  ServedRequest deep = upload_by_token();
  deep.target = path("/joboutputs/a/b");
  EXPECT_EQ(put(deep).status, 405);
  EXPECT_EQ(files_.limits_seen.files, OutputLimits().files);
}

TEST_F(MachineRoutesTest, SaysWhatIsTooLargeAndWhatIsTooMuch) {
  ServedRequest large = upload_by_token();
  large.body = "12345678901";
  EXPECT_EQ(put(large).status, 413);
  for (const FilesDecision decision :
       {FilesDecision::machine_full, FilesDecision::too_many_files, FilesDecision::disk_full}) {
    UploadRates fresh(3);
    const MachineView view{files_, log_, view_.limits, fresh, view_.is_token, view_.dn_matches};
    files_.fail_writes = FilesError{decision, "/secret/path"};
    const auto answer = serve_machine_files(upload_by_token(), view, now_);
    EXPECT_EQ(answer.status, 507);
    EXPECT_THAT(answer.body, testing::Not(testing::AnyOf("", HasSubstr("/secret"))));
    EXPECT_EQ(answer.identity, "token");
  }
  EXPECT_TRUE(log_.says("/secret/path"));  // a full disk is for the admin
}

TEST_F(MachineRoutesTest, SlowsDownAMachineThatWritesTooOften) {
  for (int i = 0; i < 3; ++i) EXPECT_LT(put(upload_by_token()).status, 300);
  const auto often = put(upload_by_token());
  EXPECT_EQ(often.status, 429);
  EXPECT_THAT(often.headers, testing::Contains(testing::Pair("Retry-After", "20")));
  now_ = Milliseconds{20'000};
  EXPECT_EQ(put(upload_by_token()).status, 204);
}

TEST_F(MachineRoutesTest, AsksToTryAgainWhileTheDiskHasABadMoment) {
  files_.fail_next = FilesError{FilesDecision::try_later, "/path: Input/output error"};
  const auto answer = get(path("/jobfeatures/job_id"));
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.body, testing::Not(HasSubstr("/path")));
}

TEST_F(MachineRoutesTest, RefusesBeforeTheBodyWhatTheBodyCannotMend) {
  ServedRequest head = upload_by_token();
  EXPECT_FALSE(refuse_before_body(head, view_).has_value());
  head.headers.emplace_back("Content-Length", "11");
  EXPECT_EQ(refuse_before_body(head, view_)->status, 413);
  EXPECT_EQ(refuse_before_body(upload("a", ""), view_)->status, 403);
  EXPECT_EQ(refuse_before_body({.method = "GET", .target = path("/jobfeatures/job_id")}, view_)->status, 405);
  ServedRequest ranged = upload_by_token();
  ranged.headers.emplace_back("Content-Range", "bytes 0-1/2");
  EXPECT_EQ(refuse_before_body(ranged, view_)->status, 400);
}

}  // namespace
}  // namespace vacuum::wire
