#include "adapters/openstack/images.hpp"

#include "adapters/openstack/json.hpp"
#include "adapters/openstack/page_cursor.hpp"
#include "adapters/openstack/urls.hpp"
#include "base/text.hpp"

namespace vacuum::openstack {
namespace {

constexpr Milliseconds kLifetime{300000};
constexpr std::size_t kNamesMax = 1000;

struct Newest {
  std::string id;
  std::string created;  ///< as Glance writes it: orders as text
};

bool add_page(const boost::json::object& page, const std::string& name, Newest& newest) {
  const auto* list = array_at(page, "images");
  if (list == nullptr) return false;
  for (const auto& item : *list) {
    const auto* image = item.if_object();
    if (image == nullptr || string_at(*image, "name") != name || string_at(*image, "status") != "active")
      continue;
    const std::string_view created = string_at(*image, "created_at");
    if (!newest.id.empty() && created <= newest.created) continue;
    newest = {std::string(string_at(*image, "id")), std::string(created)};
  }
  return true;
}

}  // namespace

Async<CloudResult<std::string>> Images::find(std::string name, Deadline deadline) {
  if (by_name_.size() >= kNamesMax && !by_name_.contains(name)) by_name_.clear();
  auto& place = by_name_[name];
  if (!place) place = std::make_shared<Cached<std::string>>(api_.clock(), kLifetime);
  const auto cached = place;  // another caller may clear the map meanwhile
  auto load = [this, name, deadline] { return look_up(name, deadline); };
  co_return co_await cached->get(std::move(load));
}

void Images::forget(const std::string& name) {
  if (const auto found = by_name_.find(name); found != by_name_.end()) found->second->forget();
}

Async<CloudResult<std::string>> Images::look_up(std::string name, Deadline deadline) {
  PagedRequest request;
  request.first.service = Service::glance;
  request.first.path = "/v2/images?status=active&name=" + percent_encode(name);
  request.links_member = "next";
  auto newest = std::make_shared<Newest>();
  PageReader reader = [newest, name](const boost::json::object& page) {
    return add_page(page, name, *newest);
  };
  CloudResult<Done> read = co_await read_pages(api_, std::move(request), std::move(reader), deadline);
  if (!read.ok()) co_return Failure{std::move(read.error())};
  if (!newest->id.empty()) co_return newest->id;
  const std::string message = "Glance has no active image \"" + printable(name) + "\"";
  co_return Failure{CloudError{.decision = CloudDecision::refused,
                               .message = message,
                               .retry_after = std::nullopt,
                               .fault = Fault{FaultKind::image, message}}};
}

}  // namespace vacuum::openstack
