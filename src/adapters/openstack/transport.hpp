#pragma once

#include <optional>
#include <string>

#include "adapters/openstack/account.hpp"
#include "adapters/openstack/deadline.hpp"
#include "adapters/openstack/gate.hpp"
#include "base/random.hpp"
#include "ports/http_client.hpp"
#include "ports/log.hpp"

namespace vacuum::openstack {

using Outcome = Result<HttpResponse, HttpFailure>;

/// Requests to any service of the account: through the gate, within the deadline, noted in the log.
class Transport {
 public:
  Transport(const Account& account, HttpClient& http, Clock& clock, Log& log);

  /// One exchange, of a file beside the gate. A request that would not begin before the deadline is
  /// `not_sent`.
  Async<Outcome> send(HttpRequest request, Deadline deadline);

  /// After `attempts` exchanges of which the last had this outcome: how long to wait before one more of a
  /// request that may be repeated; nothing where the outcome stands.
  [[nodiscard]] std::optional<Milliseconds> pause_before_repeat(const Outcome& outcome, int attempts,
                                                                Deadline deadline);

  [[nodiscard]] Clock& clock() const { return clock_; }
  [[nodiscard]] Log& log() const { return log_; }
  [[nodiscard]] const std::string& label() const { return label_; }

 private:
  Async<Outcome> exchange(HttpRequest request);
  void note(const HttpRequest& request, const Outcome& outcome, Milliseconds began) const;

  HttpClient& http_;
  Clock& clock_;
  Log& log_;
  std::string label_;
  Milliseconds request_timeout_;
  Gate gate_;
  RandomStream jitter_;
};

}  // namespace vacuum::openstack
