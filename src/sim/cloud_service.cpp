#include "sim/cloud_service.hpp"

#include <fmt/format.h>

#include "base/http_date.hpp"

namespace vacuum::sim {
namespace {

constexpr std::string_view kLabel = "cloudbox (simulated)";
constexpr std::string_view kAdminPath = "/cloudbox";
constexpr std::string_view kDocumentsPath = "/www/";

std::string_view path_of(const ServedRequest& request) {
  const std::string_view target = request.target;
  return target.substr(0, target.find('?'));
}

bool is_admin(std::string_view path) {
  return path == "/" || path == kAdminPath || path.starts_with("/cloudbox/");
}

/// An error in the manner of the service that the path belongs to.
ServedResponse injected_error(const RequestFault& fault, std::string_view path) {
  const std::string message = fmt::format("A simulated fault of cloudbox ({}).", fault.status);
  const bool compute = path.starts_with(kComputePath) || path.starts_with("/v2.1");
  const bool identity = path.starts_with(kIdentityPath) || path.starts_with("/v3");
  ServedResponse response = identity                         ? keystone_error(fault.status, message)
                            : compute && fault.status != 503 ? nova_error(fault.status, message)
                                                             : plain_error(fault.status, message);
  if (fault.retry_after_seconds > 0)
    response.headers.emplace_back("Retry-After", fmt::to_string(fault.retry_after_seconds));
  return response;
}

/// The same listing with a page that ends in the middle and names no next one.
void shorten_listing(ServedResponse& response) {
  constexpr std::string_view kListing = R"({"servers": [{)";
  if (response.status != 200 || !response.body.starts_with(kListing)) return;
  const auto middle = response.body.find(R"(, {"id": ")", response.body.size() / 2);
  if (middle != std::string::npos) {
    response.body.resize(middle);
    response.body += "]}";
  } else {
    response.body = R"({"servers": []})";
  }
}

}  // namespace

CloudService::CloudService(const Scenario& scenario, std::uint64_t seed, Moment start,
                           GuestService& guest_service)
    : seed_(seed),
      start_(start),
      guest_service_(guest_service),
      workload_(scenario.machinetypes, seed * 16 + 1, start, guest_service),
      model_(scenario.cloud, seed * 16 + 2, workload_, start),
      api_(scenario.identity, model_, seed * 16 + 6),
      faults_(scenario.requests, seed * 16 + 9),
      names_(seed * 16 + 12) {}

RequestFate CloudService::judge(const ServedRequest& request) {
  if (is_admin(path_of(request))) return {};
  return faults_.judge(request.method, path_of(request));
}

ServedResponse CloudService::answer(const ServedRequest& request, const RequestFate& fate, Moment now) {
  ++requests_;
  ServedResponse response;
  const auto kind = fate.fault ? std::optional(fate.fault->kind) : std::nullopt;
  if (kind == RequestFaultKind::error) {
    response = injected_error(*fate.fault, path_of(request));
  } else if (kind == RequestFaultKind::dropped || kind == RequestFaultKind::hanging) {
    response.delivery = Delivery::dropped;
  } else {
    response = carry_out(request, now + skipped_);
    if (kind == RequestFaultKind::lost_answer) response.delivery = Delivery::dropped;
    if (kind == RequestFaultKind::truncated) response.delivery = Delivery::truncated;
    if (kind == RequestFaultKind::partial_listing) shorten_listing(response);
  }
  response.headers.emplace_back("Server", std::string(kLabel));
  // As the web servers do that OpenStack's services run in or behind.
  response.headers.emplace_back("Date", format_http_date(in_seconds(now + skipped_)));
  return response;
}

ServedResponse CloudService::carry_out(const ServedRequest& request, Moment now) {
  if (documents_ && path_of(request).starts_with(kDocumentsPath)) {
    const auto target = parse_target(request.target);
    return target ? documents_(request, target->path) : plain_error(400, "The request target is malformed.");
  }
  if (!is_admin(path_of(request))) {
    if (auto response = api_.handle(request, now)) return std::move(*response);
    return plain_error(404,
                       "cloudbox (simulated) serves /identity, /compute, /image, /network and /cloudbox.");
  }
  const auto target = parse_target(request.target);
  return target ? administer(request, *target, now) : plain_error(400, "The request target is malformed.");
}

}  // namespace vacuum::sim
