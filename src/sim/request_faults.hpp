#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ports/http_service.hpp"
#include "sim/moment.hpp"

namespace vacuum::sim {

enum class RequestFaultKind : std::uint8_t {
  error,            ///< answered with an error, not carried out
  lost_answer,      ///< carried out, the connection closed without an answer
  dropped,          ///< not carried out, the connection closed without an answer
  truncated,        ///< carried out, the connection closed in the middle of the body
  partial_listing,  ///< carried out; a listing of servers ends early without saying so
  hanging,          ///< not carried out; the connection stays open without an answer for an hour
};

/// Which requests go wrong, and how.
struct RequestFault {
  RequestFaultKind kind = RequestFaultKind::error;
  std::string method;                 ///< empty: any
  std::string path;                   ///< exact, or a prefix that ends in `*`; empty: any
  double rate = 1;                    ///< probability for each request that matches
  std::optional<std::uint64_t> next;  ///< ends after it has struck so often; nothing: never
  int status = 503;                   ///< of kind error
  int retry_after_seconds = 0;        ///< of kind error; 0: no such header
};

struct RequestFaultSettings {
  std::vector<RequestFault> faults;
  SecondsRange latency;  ///< before a request is carried out
};

/// What will happen to one request.
struct RequestFate {
  Milliseconds delay{0};
  std::optional<RequestFault> fault;
};

/// Decides what goes wrong with requests, from a seed.
class RequestFaults {
 public:
  RequestFaults(RequestFaultSettings settings, std::uint64_t seed)
      : settings_(std::move(settings)), latencies_(seed), strikes_(seed + 1) {}

  [[nodiscard]] RequestFate judge(std::string_view method, std::string_view path);

  void set(RequestFaultSettings settings) { settings_ = std::move(settings); }
  [[nodiscard]] const RequestFaultSettings& settings() const { return settings_; }
  /// How many requests went wrong on purpose.
  [[nodiscard]] std::uint64_t struck() const { return struck_; }

 private:
  RequestFaultSettings settings_;
  RandomStream latencies_, strikes_;
  std::uint64_t struck_ = 0;
};

}  // namespace vacuum::sim
