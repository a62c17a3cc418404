#include "adapters/openstack/keystone_session.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "adapters/openstack/errors.hpp"
#include "adapters/openstack/keystone_requests.hpp"
#include "adapters/openstack/urls.hpp"
#include "base/text.hpp"

namespace vacuum::openstack {
namespace {

constexpr Milliseconds kRenewAheadMax{300000};
constexpr std::size_t kAnswerBytesMax = 4u << 20;

/// Accounts are locked by too many wrong passwords; a Keystone that is down only wants to be left in peace.
constexpr Milliseconds kFirstHoldRefused{30000};
constexpr Milliseconds kLongestHoldRefused{600000};
constexpr Milliseconds kFirstHoldDown{1000};
constexpr Milliseconds kLongestHoldDown{30000};

std::string without_secret(std::string text, const Secret& secret) {
  const std::string& hidden = secret.reveal();
  if (hidden.empty()) return text;
  for (auto at = text.find(hidden); at != std::string::npos; at = text.find(hidden, at + 3)) {
    text.replace(at, hidden.size(), "***");
  }
  return text;
}

}  // namespace

KeystoneSession::KeystoneSession(const Account& account, Transport& transport)
    : account_(account), transport_(transport), url_(keystone_root(account.auth_url) + "/auth/tokens") {}

void KeystoneSession::reject(const SessionPtr& session) {
  if (session_ == session) suspect_ = true;
}

// A service may refuse a good token because it cannot ask Keystone: the token is kept until there is a better
// one.
bool KeystoneSession::may_use_old() const {
  if (!session_ || transport_.clock().monotonic() >= session_->ends_at) return false;
  return !suspect_ || (error_ && error_->decision == CloudDecision::retry);
}

Async<CloudResult<SessionPtr>> KeystoneSession::get(Deadline deadline) {
  for (;;) {
    const Milliseconds now = transport_.clock().monotonic();
    if (session_ && !suspect_ && now < session_->renew_at) co_return session_;
    if (login_.is_running() && !suspect_ && may_use_old()) co_return session_;
    if (!login_.is_running()) break;
    co_await login_.wait();
    if (!login_.is_running() && error_ && !may_use_old()) co_return Failure{*error_};
  }
  if (!must_wait()) {
    CloudResult<SessionPtr> renewed = co_await renew(deadline);
    if (!renewed.ok() && may_use_old()) co_return session_;
    co_return renewed;
  }
  if (may_use_old()) co_return session_;
  CloudError error = *error_;
  error.retry_after = std::chrono::ceil<Seconds>(next_login_ - transport_.clock().monotonic());
  co_return Failure{std::move(error)};
}

Async<CloudResult<SessionPtr>> KeystoneSession::renew(Deadline deadline) {
  const OneAtATime::Run run(login_);
  CloudResult<SessionPtr> answer = co_await log_in(deadline);
  if (answer.ok()) {
    if (failures_ > 0) transport_.log().info("{}: logged in at {} again", account_.label, url_);
    session_ = *answer;
    suspect_ = false;
    error_.reset();
    failures_ = 0;
  } else {
    hold_off(answer.error());
  }
  co_return answer;
}

void KeystoneSession::hold_off(const CloudError& error) {
  const bool refused = error.decision == CloudDecision::give_up;
  const Milliseconds first = refused ? kFirstHoldRefused : kFirstHoldDown;
  const Milliseconds longest = refused ? kLongestHoldRefused : kLongestHoldDown;
  constexpr int kDoublingsMax = 10;
  const Milliseconds doubled = first * (1 << std::min(failures_, kDoublingsMax));
  const Milliseconds hold =
      std::max<Milliseconds>(std::min(doubled, longest), error.retry_after.value_or(Seconds{0}));
  if (failures_ == 0) transport_.log().warning("{}: {}", account_.label, error.message);
  ++failures_;
  error_ = error;
  next_login_ = transport_.clock().monotonic() + hold;
}

Async<CloudResult<SessionPtr>> KeystoneSession::log_in(Deadline deadline) {
  for (int attempts = 1;; ++attempts) {
    HttpRequest request;
    request.method = "POST";
    request.url = url_;
    request.headers = {{"Accept", "application/json"}, {"Content-Type", "application/json"}};
    request.body = login_body(account_.login);
    request.max_answer_bytes = kAnswerBytesMax;
    const Milliseconds asked = transport_.clock().monotonic();
    Outcome outcome = co_await transport_.send(std::move(request), deadline);
    const auto pause =
        transport_.pause_before_repeat(outcome, attempts, deadline);  // a token too many does no harm
    if (!pause) co_return read_answer(outcome, asked);
    co_await transport_.clock().sleep(*pause, {});
  }
}

CloudResult<SessionPtr> KeystoneSession::read_answer(const Outcome& outcome, Milliseconds asked) const {
  if (!outcome.ok()) return Failure{failure_error(outcome.error(), false)};
  if (!is_success(outcome->status)) return Failure{login_error(*outcome)};
  const std::string_view token = header_value(outcome->headers, "X-Subject-Token");
  auto info = read_token_body(outcome->body);
  if (token.empty() || !info) {
    auto error = unreadable_error("POST " + url_, *outcome);
    if (error.decision == CloudDecision::give_up) error.message += " It should be Keystone's.";
    return Failure{std::move(error)};
  }
  const Milliseconds lifetime = std::max<Milliseconds>(info->lifetime, Milliseconds{0});
  auto session = std::make_shared<Session>();
  session->token = Secret(std::string(token));
  session->catalogue = std::move(info->catalogue);
  session->ends_at = asked + lifetime;
  session->renew_at = session->ends_at - std::min(lifetime / 10, kRenewAheadMax);
  return SessionPtr(std::move(session));
}

CloudError KeystoneSession::login_error(const HttpResponse& response) const {
  CloudError error = status_error("POST " + url_, response, transport_.clock().now());
  error.fault.reset();
  switch (response.status) {
    case 401:
      error.decision = CloudDecision::give_up;
      error.message += "; Keystone refuses the credentials";
      break;
    case 400:
    case 403:
    case 404:
    case 405:
      error.decision = CloudDecision::give_up;
      break;
    default:
      break;
  }
  if (response.status == 404) error.message += "; is this Keystone's URL?";
  error.message = without_secret(std::move(error.message), secret_of(account_.login));
  return error;
}

}  // namespace vacuum::openstack
