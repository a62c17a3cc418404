#include "sim/fault_reader.hpp"

#include <array>

namespace vacuum::sim {
namespace {

constexpr int kCountLimit = 1'000'000'000;

struct NamedFailure {
  std::string_view name;
  int code;
  std::string_view message;
};

// In the words of a real cloud.
constexpr std::array kFailures{
    NamedFailure{"no_valid_host", 500, "No valid host was found. "},
    NamedFailure{"quota", 413,
                 "Quota exceeded for instances: Requested 1, but already used 10 of 10 instances"},
    NamedFailure{
        "image", 500,
        "Build of instance {id} aborted: Image 11111111-2222-3333-4444-555555555555 could not be found."},
    NamedFailure{"network", 500,
                 "Build of instance {id} aborted: Failed to allocate the network(s), not rescheduling."},
    NamedFailure{
        "retries", 500,
        "Exceeded maximum number of retries. Exhausted all hosts available for retrying build failures for "
        "instance {id}."},
};

BuildFailure read_failure(const JsonReader& json) {
  BuildFailure failure;
  if (!json.is_string()) {
    json.read_object({{"code", [&](const JsonReader& value) { failure.code = value.integer(400, 599); }},
                      {"message", [&](const JsonReader& value) { failure.message = value.text(); }}});
    return failure;
  }
  const std::string name = json.text();
  for (const NamedFailure& known : kFailures)
    if (known.name == name) return {known.code, std::string(known.message)};
  json.complain("must be no_valid_host, quota, image, network, retries, or {\"code\": N, \"message\": TEXT}");
}

RequestFaultKind read_kind(const JsonReader& json) {
  const std::string name = json.text();
  if (name == "error") return RequestFaultKind::error;
  if (name == "lost_answer") return RequestFaultKind::lost_answer;
  if (name == "dropped") return RequestFaultKind::dropped;
  if (name == "truncated") return RequestFaultKind::truncated;
  if (name == "partial_listing") return RequestFaultKind::partial_listing;
  if (name == "hanging") return RequestFaultKind::hanging;
  json.complain("must be error, lost_answer, dropped, truncated, partial_listing or hanging");
}

RequestFault read_request_fault(const JsonReader& json) {
  RequestFault fault;
  json.read_object({
      {"kind", [&](const JsonReader& value) { fault.kind = read_kind(value); }},
      {"method", [&](const JsonReader& value) { fault.method = value.name(); }},
      {"path", [&](const JsonReader& value) { fault.path = value.text(); }},
      {"rate", [&](const JsonReader& value) { fault.rate = value.probability(); }},
      {"next",
       [&](const JsonReader& value) {
         fault.next = static_cast<std::uint64_t>(value.integer(0, kCountLimit));
       }},
      {"status", [&](const JsonReader& value) { fault.status = value.integer(400, 599); }},
      {"retry_after_seconds",
       [&](const JsonReader& value) { fault.retry_after_seconds = value.integer(0, 86400); }},
  });
  return fault;
}

/// {"rate": P, "next": N}, and more keys of the caller.
void read_strikes(const JsonReader& json, double& rate, std::uint64_t& next, JsonReader::Readers more = {}) {
  more.emplace_back("rate", [&](const JsonReader& value) { rate = value.probability(); });
  more.emplace_back("next", [&](const JsonReader& value) {
    next = static_cast<std::uint64_t>(value.integer(0, kCountLimit));
  });
  json.read_object(more);
}

}  // namespace

void read_faults(const JsonReader& json, FaultSettings& settings) {
  LifeFaults& life = settings.life;
  RequestFaultSettings& requests = settings.requests;
  json.read_object({
      {"latency_ms",
       [&](const JsonReader& value) {
         const SecondsRange milliseconds = value.range(600'000);
         requests.latency = {milliseconds.from / 1000, milliseconds.to / 1000};
       }},
      {"requests",
       [&](const JsonReader& value) {
         requests.faults.clear();
         value.each([&](const JsonReader& fault) { requests.faults.push_back(read_request_fault(fault)); });
       }},
      {"stuck_builds",
       [&](const JsonReader& value) { read_strikes(value, life.stuck_build_rate, life.stuck_builds_next); }},
      {"failed_builds",
       [&](const JsonReader& value) {
         read_strikes(
             value, life.failed_build_rate, life.failed_builds_next,
             {{"with", [&](const JsonReader& list) {
                 life.build_failures.clear();
                 list.each([&](const JsonReader& one) { life.build_failures.push_back(read_failure(one)); });
               }}});
       }},
      {"stuck_deletes",
       [&](const JsonReader& value) {
         read_strikes(value, life.stuck_delete_rate, life.stuck_deletes_next);
       }},
      {"vanish",
       [&](const JsonReader& value) {
         value.read_object(
             {{"rate", [&](const JsonReader& rate) { life.vanish_rate = rate.probability(); }},
              {"after_seconds", [&](const JsonReader& after) { life.vanish_after = after.range(); }}});
       }},
      {"revoke_tokens", [&](const JsonReader& value) { settings.revoke_tokens = value.truth(); }},
  });
}

}  // namespace vacuum::sim
