#include "programs/common/service_metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vacuum {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ServiceMetricsTest, TellWhatTheServiceDid) {
  http_server::Traffic traffic;
  traffic.count_answer(204);
  traffic.count_answer(201);
  traffic.count_answer(403);
  const std::string text =
      service_metrics({.traffic = traffic, .connections = 7, .certificate_until = from_unix(1'800'000'000)});
  EXPECT_THAT(text, HasSubstr("vacuum_http_connections 7\n"));
  EXPECT_THAT(text, HasSubstr("vacuum_http_answers_total{status=\"2xx\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("vacuum_http_answers_total{status=\"4xx\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE vacuum_http_answers_total counter\n"));
  EXPECT_THAT(text, HasSubstr("vacuum_https_certificate_end_seconds 1800000000\n"));
  EXPECT_THAT(text, Not(HasSubstr("log_lines_lost")));
}

}  // namespace
}  // namespace vacuum
