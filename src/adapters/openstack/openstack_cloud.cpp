#include "adapters/openstack/openstack_cloud.hpp"

#include "adapters/openstack/errors.hpp"
#include "adapters/openstack/image_store.hpp"
#include "adapters/openstack/images.hpp"
#include "adapters/openstack/key_pairs.hpp"
#include "adapters/openstack/nova_requests.hpp"
#include "adapters/openstack/quota.hpp"
#include "adapters/openstack/servers.hpp"
#include "adapters/openstack/urls.hpp"
#include "base/text.hpp"

namespace vacuum::openstack {
namespace {

// The calls take their arguments by value behind the port's references: a caller may let go of its own.
class OpenstackCloud final : public Cloud {
 public:
  OpenstackCloud(Account account, HttpClient& http, Clock& clock, Log& log)
      : account_(std::move(account)),
        transport_(account_, http, clock, log),
        api_(account_, transport_),
        versions_(api_),
        flavors_(api_),
        servers_(api_, versions_, flavors_),
        images_(api_),
        image_store_(api_),
        key_pairs_(api_, versions_) {}

  Async<CloudResult<std::optional<ListingMark>>> list(std::optional<ListingMark> since,
                                                      PageReceiver receive) override {
    return servers_.list(since, std::move(receive), deadline());
  }
  Async<CloudResult<std::vector<Flavor>>> flavors() override { return offered_flavors(deadline()); }
  Async<CloudResult<Quota>> quota() override { return read_quota(deadline()); }
  Async<CloudResult<ServerId>> create(const ServerRequest& request) override {
    return create_server(request, deadline());
  }
  Async<CloudResult<std::optional<Server>>> find(const MachineName& name) override {
    return servers_.find(name, deadline());
  }
  Async<CloudResult<Done>> remove(const ServerId& id) override { return remove_server(id, deadline()); }
  Async<CloudResult<std::vector<CloudImage>>> images() override { return image_store_.all(deadline()); }
  Async<CloudResult<ImageId>> upload_image(ImageUpload upload) override {
    return image_store_.upload(std::move(upload));
  }
  Async<CloudResult<Done>> remove_image(ImageId id) override {
    return image_store_.remove(std::move(id), deadline());
  }

 private:
  [[nodiscard]] Deadline deadline() const { return Deadline::in(api_.clock(), account_.call_timeout); }

  Async<CloudResult<std::vector<Flavor>>> offered_flavors(Deadline deadline);
  Async<CloudResult<Quota>> read_quota(Deadline deadline);
  Async<CloudResult<ServerId>> create_server(ServerRequest request, Deadline deadline);
  Async<CloudResult<std::string>> create_version(Deadline deadline);
  Async<CloudResult<Done>> remove_server(ServerId id, Deadline deadline);
  void learn_from(const CloudError& error, const ServerRequest& request);

  Account account_;
  Transport transport_;
  Api api_;
  NovaVersions versions_;
  Flavors flavors_;
  Servers servers_;
  Images images_;
  ImageStore image_store_;
  KeyPairs key_pairs_;
};

Async<CloudResult<std::vector<Flavor>>> OpenstackCloud::offered_flavors(Deadline deadline) {
  auto table = co_await flavors_.table(deadline);
  if (!table.ok()) co_return Failure{std::move(table.error())};
  co_return (*table)->offered;
}

Async<CloudResult<Quota>> OpenstackCloud::read_quota(Deadline deadline) {
  ApiRequest request;
  request.path = "/limits";
  const std::string what = shown(request);
  CloudResult<HttpResponse> answer = co_await api_.call_ok(std::move(request), deadline);
  if (!answer.ok()) co_return Failure{std::move(answer.error())};
  auto quota = read_limits(answer->body);
  if (!quota) co_return Failure{unreadable_error(what, *answer)};
  co_return *quota;
}

Async<CloudResult<ServerId>> OpenstackCloud::create_server(ServerRequest request, Deadline deadline) {
  if (auto fault = find_fault(request)) co_return Failure{std::move(*fault)};
  CloudResult<std::string> microversion = co_await create_version(deadline);
  if (!microversion.ok()) co_return Failure{std::move(microversion.error())};
  CloudResult<std::string> image = request.image_id.text();
  if (request.image_id.empty()) image = co_await images_.find(request.image, deadline);
  if (!image.ok()) co_return Failure{std::move(image.error())};
  std::string key_name;
  if (!request.public_key.empty()) {
    CloudResult<std::string> key = co_await key_pairs_.find_or_import(request.public_key, deadline);
    if (!key.ok()) co_return Failure{std::move(key.error())};
    key_name = *key;
  }
  ApiRequest call;
  call.method = "POST";
  call.path = "/servers";
  call.body = create_body(request, account_, *image, key_name);
  call.microversion = *microversion;
  call.repeat = Repeat::never;
  CloudResult<HttpResponse> answer = co_await api_.call(std::move(call), deadline);
  if (!answer.ok()) co_return Failure{std::move(answer.error())};
  CloudResult<ServerId> created = read_create_answer(*answer, api_.now());
  if (!created.ok()) learn_from(created.error(), request);
  co_return created;
}

Async<CloudResult<std::string>> OpenstackCloud::create_version(Deadline deadline) {
  // From 2.37 on the networks have to be named; an older request lets Nova take the project's only one.
  if (!std::holds_alternative<NoNetwork>(account_.network)) co_return std::string();
  CloudResult<MicroversionRange> range = co_await versions_.get(deadline);
  if (!range.ok()) co_return Failure{std::move(range.error())};
  const std::string version = range->at_least(kNoNetworkVersion);
  if (!version.empty()) co_return version;
  co_return Failure{
      CloudError{.decision = CloudDecision::give_up,
                 .message = "VMs without a network need Nova's microversion 2.37, this Nova is older"}};
}

/// What was looked up may have changed in the cloud meanwhile.
void OpenstackCloud::learn_from(const CloudError& error, const ServerRequest& request) {
  if (!error.fault) return;
  if (error.fault->kind == FaultKind::image || error.fault->kind == FaultKind::volume)
    images_.forget(request.image);
  if (to_lower(error.fault->text).find("key") != std::string::npos) key_pairs_.forget(request.public_key);
}

Async<CloudResult<Done>> OpenstackCloud::remove_server(ServerId id, Deadline deadline) {
  if (id.empty())
    co_return Failure{CloudError{.decision = CloudDecision::not_found, .message = "a VM without an id"}};
  ApiRequest request;
  request.method = "DELETE";
  request.path = "/servers/" + percent_encode(id.text());
  const std::string what = shown(request);
  CloudResult<HttpResponse> answer = co_await api_.call(std::move(request), deadline);
  if (!answer.ok()) co_return Failure{std::move(answer.error())};
  if (is_success(answer->status)) co_return Done{};
  co_return Failure{status_error(what, *answer, api_.now())};
}

}  // namespace

std::unique_ptr<Cloud> make_openstack_cloud(Account account, HttpClient& http, Clock& clock, Log& log) {
  return std::make_unique<OpenstackCloud>(std::move(account), http, clock, log);
}

}  // namespace vacuum::openstack
