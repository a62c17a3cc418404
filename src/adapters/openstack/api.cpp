#include "adapters/openstack/api.hpp"

#include "adapters/openstack/errors.hpp"
#include "adapters/openstack/urls.hpp"
#include "base/text.hpp"

namespace vacuum::openstack {
namespace {

constexpr std::size_t kAnswerBytesMax = 64u << 20;

std::string_view name_of(Service service) {
  return service == Service::glance ? "Glance" : "Nova";
}

}  // namespace

std::string shown(const ApiRequest& request) {
  const std::string_view path = std::string_view(request.path).substr(0, request.path.find('?'));
  return printable(std::string(name_of(request.service)) + ": " + request.method + " " + std::string(path));
}

Api::Api(const Account& account, Transport& transport)
    : account_(account), transport_(transport), keystone_(account, transport) {}

CloudResult<std::string> Api::base_url(Service service, const Session& session) const {
  auto endpoint = session.catalogue.find(service == Service::glance ? "image" : "compute", account_.interface,
                                         account_.region);
  if (!endpoint.ok()) return endpoint;
  switch (service) {
    case Service::nova:
      break;
    case Service::nova_version:
      return nova_version_url(*endpoint);
    case Service::glance:
      return glance_root(*endpoint);
  }
  return std::string(without_trailing_slashes(*endpoint));
}

HttpRequest Api::http_request(const ApiRequest& request, const std::string& base, const Session& session) {
  HttpRequest http;
  http.method = request.method;
  http.url = base + request.path;
  http.headers = {{"Accept", "application/json"}, {"X-Auth-Token", session.token.reveal()}};
  if (!request.body.empty()) http.headers.emplace_back("Content-Type", "application/json");
  if (!request.microversion.empty()) {
    http.headers.emplace_back("OpenStack-API-Version", "compute " + request.microversion);
  }
  http.body = request.body;
  http.body_file = request.body_file;
  http.progress = request.progress;
  if (http.has_file()) http.headers.emplace_back("Content-Type", "application/octet-stream");
  http.max_answer_bytes = kAnswerBytesMax;
  return http;
}

Async<CloudResult<HttpResponse>> Api::call(ApiRequest request, Deadline deadline) {
  bool had_new_token = false;
  for (int attempts = 1;; ++attempts) {
    CloudResult<SessionPtr> session = co_await keystone_.get(deadline);
    if (!session.ok()) co_return Failure{std::move(session.error())};
    CloudResult<std::string> base = base_url(request.service, **session);
    if (!base.ok()) co_return Failure{std::move(base.error())};
    HttpRequest http = http_request(request, *base, **session);
    Outcome outcome = co_await transport_.send(std::move(http), deadline);
    if (outcome.ok() && outcome->status == 401) {
      keystone_.reject(*session);
      if (had_new_token) co_return std::move(*outcome);
      had_new_token = true;
      --attempts;
      continue;
    }
    std::optional<Milliseconds> pause;
    if (request.repeat == Repeat::safe) pause = transport_.pause_before_repeat(outcome, attempts, deadline);
    if (pause) {
      co_await clock().sleep(*pause, {});
      continue;
    }
    if (outcome.ok()) co_return std::move(*outcome);
    CloudError error = failure_error(outcome.error(), request.repeat == Repeat::never);
    error.message = shown(request) + ": " + error.message;
    co_return Failure{std::move(error)};
  }
}

Async<CloudResult<HttpResponse>> Api::call_ok(ApiRequest request, Deadline deadline) {
  const std::string what = shown(request);
  CloudResult<HttpResponse> answer = co_await call(std::move(request), deadline);
  if (answer.ok() && !is_success(answer->status)) co_return Failure{collection_error(what, *answer, now())};
  co_return answer;
}

}  // namespace vacuum::openstack
