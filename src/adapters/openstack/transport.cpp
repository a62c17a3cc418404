#include "adapters/openstack/transport.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "adapters/openstack/errors.hpp"
#include "base/text.hpp"

namespace vacuum::openstack {
namespace {

constexpr int kAttemptsMax = 3;
constexpr Milliseconds kFirstPause{500};
constexpr Milliseconds kUploadStall{600'000};     // the service may store what it was sent before it answers
constexpr Milliseconds kRetryAfterWaited{10000};  // longer waits are the caller's, who has other things to do

std::string shown(const HttpRequest& request) {
  return printable(fmt::format("{} {}", request.method, request.url.substr(0, request.url.find('?'))));
}

}  // namespace

Transport::Transport(const Account& account, HttpClient& http, Clock& clock, Log& log)
    : http_(http),
      clock_(clock),
      log_(log),
      label_(account.label),
      request_timeout_(account.request_timeout),
      gate_(clock, account.requests_in_flight, account.requests_per_second),
      jitter_(static_cast<std::uint64_t>(clock.monotonic().count()) +
              std::hash<std::string>{}(account.label)) {}

Async<Outcome> Transport::send(HttpRequest request, Deadline deadline) {
  if (request.has_file()) {  // takes hours and no place: nobody is to wait for it
    request.timeout = deadline.left(clock_);
    request.stall_timeout = kUploadStall;
    co_return co_await exchange(std::move(request));
  }
  auto permit = co_await gate_.enter(deadline);
  if (!permit) {
    co_return Failure{HttpFailure{HttpFailureKind::not_sent, shown(request) + ": no time was left for it"}};
  }
  request.timeout = std::min(request_timeout_, deadline.left(clock_));
  co_return co_await exchange(std::move(request));
}

Async<Outcome> Transport::exchange(HttpRequest request) {
  const Milliseconds began = clock_.monotonic();
  HttpRequest sent;  // what the log may tell of it
  sent.method = request.method;
  sent.url = request.url;
  Outcome outcome = co_await http_.send(std::move(request));
  note(sent, outcome, began);
  co_return outcome;
}

void Transport::note(const HttpRequest& request, const Outcome& outcome, Milliseconds began) const {
  if (!log_.wants(LogLevel::debug)) return;
  const auto took = (clock_.monotonic() - began).count();
  if (outcome.ok()) {
    log_.debug("{}: {}: {} in {} ms, {} bytes", label_, shown(request), outcome->status, took,
               outcome->body.size());
  } else {
    log_.debug("{}: {} in {} ms", label_, outcome.error().message, took);
  }
}

std::optional<Milliseconds> Transport::pause_before_repeat(const Outcome& outcome, int attempts,
                                                           Deadline deadline) {
  if (attempts >= kAttemptsMax) return std::nullopt;
  if (!outcome.ok() && outcome.error().kind == HttpFailureKind::not_allowed) return std::nullopt;
  if (outcome.ok() && !is_passing(outcome->status)) return std::nullopt;
  const Milliseconds back_off = kFirstPause * (1 << (attempts - 1));
  Milliseconds pause{
      static_cast<std::int64_t>(static_cast<double>(back_off.count()) * (0.5 + jitter_.fraction()))};
  if (outcome.ok()) {
    const Milliseconds asked = retry_after(outcome->headers, clock_.now()).value_or(Seconds{0});
    if (asked > kRetryAfterWaited) return std::nullopt;
    pause = std::max(pause, asked);
  }
  if (pause >= deadline.left(clock_)) return std::nullopt;
  return pause;
}

}  // namespace vacuum::openstack
