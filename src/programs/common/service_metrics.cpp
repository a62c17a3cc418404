#include "programs/common/service_metrics.hpp"

#include <vector>

#include <fmt/format.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace vacuum {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

class Families {
 public:
  void gauge(const char* name, const char* help, double value) {
    ClientMetric metric;
    metric.gauge.value = value;
    families_.push_back({name, help, MetricType::Gauge, {metric}});
  }
  void counter(const char* name, const char* help, std::uint64_t value) {
    ClientMetric metric;
    metric.counter.value = static_cast<double>(value);
    families_.push_back({name, help, MetricType::Counter, {metric}});
  }
  void answers(const http_server::Traffic& traffic) {
    MetricFamily family{"vacuum_http_answers_total",
                        "Requests of VMs that were answered, by status.",
                        MetricType::Counter,
                        {}};
    for (std::size_t digit = 2; digit < traffic.answers.size(); ++digit) {
      ClientMetric metric;
      metric.label = {{"status", fmt::format("{}xx", digit)}};
      metric.counter.value = static_cast<double>(traffic.answers[digit].load());
      family.metric.push_back(metric);
    }
    families_.push_back(family);
  }
  [[nodiscard]] std::string text() const { return prometheus::TextSerializer().Serialize(families_); }

 private:
  std::vector<MetricFamily> families_;
};

}  // namespace

std::string service_metrics(const ServiceNumbers& numbers) {
  const http_server::Traffic& traffic = numbers.traffic;
  Families families;
  families.gauge("vacuum_http_connections", "Connections of VMs that are open.",
                 static_cast<double>(numbers.connections));
  families.counter("vacuum_http_connections_accepted_total", "Connections of VMs that were taken.",
                   traffic.connections_accepted);
  families.counter("vacuum_http_connections_refused_total",
                   "Connections beyond those that one address may have.", traffic.connections_refused);
  families.counter("vacuum_http_connections_evicted_total", "Idle connections that were ended to make room.",
                   traffic.connections_evicted);
  families.counter("vacuum_http_handshakes_failed_total", "Connections that did not agree on TLS.",
                   traffic.handshakes_failed);
  families.counter("vacuum_http_timeouts_total", "Connections that were ended for being too slow.",
                   traffic.timed_out);
  families.answers(traffic);
  families.counter("vacuum_http_received_bytes_total", "Bodies of requests.", traffic.bytes_received);
  families.counter("vacuum_http_sent_bytes_total", "Bodies of answers.", traffic.bytes_sent);
  if (numbers.certificate_until) {
    families.gauge("vacuum_https_certificate_end_seconds", "Unix time at which the certificate in use ends.",
                   static_cast<double>(to_unix(*numbers.certificate_until)));
  }
  if (numbers.log_lines_lost)
    families.counter("vacuum_http_log_lines_lost_total", "Lines of the access log that were lost.",
                     *numbers.log_lines_lost);
  return families.text();
}

}  // namespace vacuum
