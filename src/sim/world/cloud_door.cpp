#include "sim/world/cloud_door.hpp"

#include <memory>
#include <utility>

namespace vacuum::sim {
namespace {

using Fate = CloudSite::Fate;
using Request = CloudSite::Request;

CloudError passing(const Fate& fate, std::string_view what) {
  if (fate.kind == Fate::Kind::error)
    return {CloudDecision::retry, fmt::format("{}: status 503 (simulated)", what), fate.retry_after, {}};
  return {CloudDecision::retry, fmt::format("{}: no answer (simulated)", what), {}, {}};
}

}  // namespace

Async<void> CloudDoor::go(Milliseconds duration) {
  if (process_.ends_here()) co_await process_.never_again();
  co_await process_.wait(duration);
  if (process_.ends_here()) co_await process_.never_again();
}

void CloudDoor::at_cloud(Milliseconds until, std::function<void(CloudSite&)> deed) {
  CloudSite& site = site_;
  site.time().at(site.time().now() + until, [&site, deed = std::move(deed)] { deed(site); });
}

Async<CloudResult<std::optional<ListingMark>>> CloudDoor::list(std::optional<ListingMark> since,
                                                               PageReceiver receive) {
  const Fate fate = site_.draw_fate(Request::listing);
  co_await go(fate.going);
  std::vector<ListedPage> pages;
  if (fate.kind == Fate::Kind::good) pages = site_.list(since);
  const ListingMark mark{in_seconds(site_.time().now())};
  co_await go(fate.coming);
  if (fate.kind != Fate::Kind::good) co_return Failure{passing(fate, "listing of servers")};
  for (const ListedPage& page : pages) receive(*page);
  co_return mark;
}

Async<CloudResult<std::vector<Flavor>>> CloudDoor::flavors() {
  co_return site_.model().flavors();
}

Async<CloudResult<Quota>> CloudDoor::quota() {
  co_return site_.quota();
}

Async<CloudResult<ServerId>> CloudDoor::create(const ServerRequest& request) {
  const Fate fate = site_.draw_fate(Request::creation);
  if (process_.ends_here()) co_await process_.never_again();
  on_change_(CloudChange::creation, request.name);
  auto answer = std::make_shared<std::optional<CloudResult<ServerId>>>();
  if (fate.kind != Fate::Kind::error && fate.kind != Fate::Kind::lost_request) {
    const Milliseconds until = fate.kind == Fate::Kind::late ? fate.late : fate.going;
    at_cloud(until, [answer, request](CloudSite& site) { answer->emplace(site.create(request)); });
  }
  co_await go(fate.going + fate.coming);
  if (fate.kind == Fate::Kind::error) co_return Failure{passing(fate, "creation")};
  if (fate.kind == Fate::Kind::good) co_return std::move(**answer);
  co_return Failure{CloudError{CloudDecision::unsure, "creation: no answer (simulated)", {}, {}}};
}

Async<CloudResult<std::optional<Server>>> CloudDoor::find(const MachineName& name) {
  const Fate fate = site_.draw_fate(Request::other);
  co_await go(fate.going);
  std::optional<Server> found;
  if (fate.kind == Fate::Kind::good) found = site_.find(name.text());
  co_await go(fate.coming);
  if (fate.kind != Fate::Kind::good) co_return Failure{passing(fate, "look-up by name")};
  co_return found;
}

Async<CloudResult<Done>> CloudDoor::remove(const ServerId& id) {
  const Fate fate = site_.draw_fate(Request::other);
  if (process_.ends_here()) co_await process_.never_again();
  if (const CloudServer* server = site_.model().find(0, id.text()); server != nullptr)
    on_change_(CloudChange::removal, MachineName(server->name));
  auto was_there = std::make_shared<bool>(true);
  if (fate.kind == Fate::Kind::good || fate.kind == Fate::Kind::lost_answer)
    at_cloud(fate.going, [was_there, id](CloudSite& site) { *was_there = site.remove(id); });
  co_await go(fate.going + fate.coming);
  if (fate.kind != Fate::Kind::good) co_return Failure{passing(fate, "deletion")};
  if (!*was_there) co_return Failure{CloudError{CloudDecision::not_found, "deletion: status 404", {}, {}}};
  co_return Done{};
}

Async<CloudResult<std::vector<vacuum::CloudImage>>> CloudDoor::images() {
  co_return std::vector<vacuum::CloudImage>();
}

Async<CloudResult<ImageId>> CloudDoor::upload_image(ImageUpload) {
  co_return Failure{CloudError{CloudDecision::give_up, "images are not simulated", {}, {}}};
}

Async<CloudResult<Done>> CloudDoor::remove_image(ImageId) {
  co_return Failure{CloudError{CloudDecision::not_found, "images are not simulated", {}, {}}};
}

}  // namespace vacuum::sim
