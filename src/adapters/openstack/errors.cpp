#include "adapters/openstack/errors.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "adapters/openstack/faults.hpp"
#include "adapters/openstack/json.hpp"
#include "base/http_date.hpp"
#include "base/text.hpp"

namespace vacuum::openstack {
namespace {

constexpr std::int64_t kRetryAfterMax = 24 * 3600;

std::string_view content_type(const HttpResponse& response) {
  const std::string_view type = header_value(response.headers, "Content-Type");
  return trim(type.substr(0, type.find(';')));
}

/// From here on a message repeats what was sent: user_data, or a login with its password.
std::string_view without_echo(std::string_view message) {
  for (const std::string_view start : {" Value:", "\n\nFailed validating", "\nOn instance"}) {
    message = message.substr(0, message.find(start));
  }
  return message;
}

std::string without_tags(std::string_view text) {
  std::string plain;
  bool in_tag = false;
  for (const char c : text) {
    if (c == '<') in_tag = true;
    plain += in_tag ? ' ' : c;
    if (c == '>') in_tag = false;
  }
  return plain;
}

std::string one_line(std::string_view message) {
  constexpr std::size_t kLookedAt = 2000;  // a message may be as long as the user_data it repeats
  const auto words = split_words(without_tags(without_echo(message).substr(0, kLookedAt)));
  return printable(join(words, " "));
}

/// {"message": …} as of Glance, {"badRequest": {"message": …}} as of Nova, {"error": {"message": …}} of
/// Keystone.
std::string_view message_in(const boost::json::object& body) {
  const std::string_view direct = string_at(body, "message");
  if (!direct.empty()) return direct;
  for (const auto& member : body) {
    const auto* inner = member.value().if_object();
    if (inner != nullptr && !string_at(*inner, "message").empty()) return string_at(*inner, "message");
  }
  return {};
}

CloudDecision decision_of(int status) {
  switch (status) {
    case 401:  // with Keystone down Glance answers 401 to a good token: credentials are judged at Keystone
               // alone
    case 408:
    case 409:
    case 413:
    case 429:
      return CloudDecision::retry;
    case 404:
      return CloudDecision::not_found;
    default:
      break;
  }
  if (status >= 500) return CloudDecision::retry;
  return status >= 400 ? CloudDecision::refused : CloudDecision::give_up;
}

}  // namespace

std::string error_text(const HttpResponse& response) {
  if (const auto body = parse_json(response.body)) {
    return body->is_object() ? one_line(message_in(body->get_object())) : "";
  }
  // A page of a proxy, or plain text: its start is better than nothing.
  return one_line(std::string_view(response.body).substr(0, 500));
}

std::optional<Seconds> retry_after(const HttpHeaders& headers, TimePoint now) {
  const std::string_view text = trim(header_value(headers, "Retry-After"));
  if (text.empty()) return std::nullopt;
  auto seconds = parse_integer(text);
  if (!seconds) {
    const auto date = parse_http_date(text);
    if (!date) return std::nullopt;
    seconds = (*date - now).count();
  }
  return Seconds{std::clamp<std::int64_t>(*seconds, 0, kRetryAfterMax)};
}

bool is_passing(int status) {
  return status == 408 || status == 413 || status == 429 || status >= 500;
}

CloudError status_error(std::string_view what, const HttpResponse& response, TimePoint now) {
  const std::string text = error_text(response);
  CloudError error{
      .decision = decision_of(response.status),
      .message = fmt::format("{}: answered {}{}{}", what, response.status, text.empty() ? "" : ": ", text)};
  if (error.decision == CloudDecision::give_up) error.message += "; is this the right URL?";
  if (error.decision == CloudDecision::retry) error.retry_after = retry_after(response.headers, now);
  if (error.decision == CloudDecision::refused) {
    const FaultKind kind = fault_kind(text);
    error.fault = Fault{kind == FaultKind::other ? FaultKind::refused : kind, text};
  }
  return error;
}

CloudError collection_error(std::string_view what, const HttpResponse& response, TimePoint now) {
  CloudError error = status_error(what, response, now);
  if (error.decision != CloudDecision::not_found) return error;
  error.decision = CloudDecision::give_up;
  error.message += "; is the endpoint in the catalogue right?";
  return error;
}

CloudError unreadable_error(std::string_view what, const HttpResponse& response) {
  const std::string type = printable(content_type(response), 80);
  if (type == "application/json" || type.empty()) {
    return {.decision = CloudDecision::retry,
            .message = fmt::format("{}: answered {} with a body that cannot be read", what, response.status)};
  }
  return {
      .decision = CloudDecision::give_up,
      .message = fmt::format("{}: answered {} with {}: is this the right URL?", what, response.status, type)};
}

CloudError failure_error(const HttpFailure& failure, bool may_be_done) {
  switch (failure.kind) {
    case HttpFailureKind::not_sent:
      return {.decision = CloudDecision::retry, .message = failure.message};
    case HttpFailureKind::not_allowed:
    case HttpFailureKind::local_file:
      return {.decision = CloudDecision::give_up, .message = failure.message};
    case HttpFailureKind::answer_lost:
    case HttpFailureKind::too_long:
      break;
  }
  return {.decision = may_be_done ? CloudDecision::unsure : CloudDecision::retry, .message = failure.message};
}

}  // namespace vacuum::openstack
