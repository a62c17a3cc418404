#include "adapters/openstack/build_faults.hpp"

#include "adapters/openstack/errors.hpp"
#include "adapters/openstack/faults.hpp"
#include "adapters/openstack/json.hpp"
#include "adapters/openstack/urls.hpp"

namespace vacuum::openstack {
namespace {

constexpr int kAskedMax = 50;

}  // namespace

void BuildFaults::begin(Listing listing) {
  left_ = kAskedMax;
  if (listing == Listing::of_all) before_ = std::exchange(known_, {});
}

Async<void> BuildFaults::complete(std::vector<Server>& servers, Deadline deadline) {
  for (auto& server : servers) {
    if (!server.fault || !server.fault->text.empty() || !is_machine_name(server.name.text())) continue;
    std::optional<Fault> fault;
    if (const auto found = known_.find(server.id); found != known_.end()) {
      fault = found->second;
    } else if (const auto old = before_.find(server.id); old != before_.end()) {
      fault = old->second;
    } else if (left_ > 0) {
      --left_;
      fault = co_await ask(server.id, deadline);
      if (!fault) left_ = 0;  // the service is unwell: the next listing asks again
    }
    if (!fault) continue;
    server.fault = fault;
    known_.emplace(server.id, *fault);
  }
}

/// Empty of text where the server has none or is gone; nothing where no answer was to be had.
Async<std::optional<Fault>> BuildFaults::ask(ServerId id, Deadline deadline) {
  ApiRequest request;
  request.path = "/servers/" + percent_encode(id.text());
  CloudResult<HttpResponse> answer = co_await api_.call(std::move(request), deadline);
  if (!answer.ok() || (!is_success(answer->status) && answer->status != 404)) co_return std::nullopt;
  const auto body = parse_json(answer->body);
  const auto* root = body ? body->if_object() : nullptr;
  const auto* server = root == nullptr ? nullptr : object_at(*root, "server");
  const auto* fault = server == nullptr ? nullptr : object_at(*server, "fault");
  if (fault == nullptr) co_return Fault{};
  co_return build_fault(integer_at(*fault, "code").value_or(0), string_at(*fault, "message"));
}

}  // namespace vacuum::openstack
