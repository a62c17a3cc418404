#include "adapters/openstack/flavors.hpp"

#include "adapters/openstack/errors.hpp"
#include "adapters/openstack/json.hpp"
#include "adapters/openstack/page_cursor.hpp"
#include "adapters/openstack/urls.hpp"

namespace vacuum::openstack {
namespace {

constexpr std::size_t kNotListedMax = 1000;

bool is_disabled(const boost::json::object& flavor) {
  const auto* disabled = flavor.if_contains("OS-FLV-DISABLED:disabled");
  return disabled != nullptr && disabled->is_bool() && disabled->get_bool();
}

bool add_page(const boost::json::object& page, FlavorTable& table) {
  const auto* list = array_at(page, "flavors");
  if (list == nullptr) return false;
  for (const auto& item : *list) {
    const auto* entry = item.if_object();
    auto flavor = entry == nullptr ? std::nullopt : read_flavor(*entry);
    if (!flavor) continue;
    if (!is_disabled(*entry)) table.offered.push_back(*flavor);
    table.by_id.emplace(flavor->cloud_id, std::move(*flavor));
  }
  return true;
}

}  // namespace

std::optional<Flavor> read_flavor(const boost::json::object& flavor) {
  const auto processors = integer_at(flavor, "vcpus");
  Flavor read{.name = FlavorName(std::string(string_at(flavor, "name"))),
              .cloud_id = std::string(string_at(flavor, "id")),
              .processors = bounded_int(processors.value_or(1), 1),
              .memory_mb = bounded_int(integer_at(flavor, "ram").value_or(0)),
              .disk_gb = bounded_int(integer_at(flavor, "disk").value_or(0))};
  if (!processors || read.name.empty() || read.cloud_id.empty()) return std::nullopt;
  return read;
}

Async<CloudResult<std::shared_ptr<const FlavorTable>>> Flavors::table(Deadline deadline) {
  return table_.get([this, deadline] { return load(deadline); });
}

Async<CloudResult<std::shared_ptr<const FlavorTable>>> Flavors::load(Deadline deadline) {
  auto table = std::make_shared<FlavorTable>();
  PagedRequest request;
  request.first.path = "/flavors/detail";
  request.links_member = "flavors_links";
  PageReader reader = [table](const boost::json::object& page) { return add_page(page, *table); };
  CloudResult<Done> read = co_await read_pages(api_, std::move(request), std::move(reader), deadline);
  if (!read.ok()) co_return Failure{std::move(read.error())};
  not_listed_.clear();
  co_return std::shared_ptr<const FlavorTable>(table);
}

Async<CloudResult<std::optional<Flavor>>> Flavors::find(std::string id, Deadline deadline) {
  auto known = co_await table(deadline);
  if (!known.ok()) co_return Failure{std::move(known.error())};
  if (const auto found = (*known)->by_id.find(id); found != (*known)->by_id.end()) {
    co_return std::optional<Flavor>(found->second);
  }
  if (const auto found = not_listed_.find(id); found != not_listed_.end()) co_return found->second;
  ApiRequest request;
  request.path = "/flavors/" + percent_encode(id);
  const std::string what = shown(request);
  CloudResult<HttpResponse> answer = co_await api_.call(std::move(request), deadline);
  if (!answer.ok()) co_return Failure{std::move(answer.error())};
  std::optional<Flavor> flavor;
  if (is_success(answer->status)) {
    const auto body = parse_json(answer->body);
    const auto* root = body ? body->if_object() : nullptr;
    const auto* entry = root == nullptr ? nullptr : object_at(*root, "flavor");
    if (entry == nullptr) co_return Failure{unreadable_error(what, *answer)};
    flavor = read_flavor(*entry);
  } else if (answer->status != 404) {
    co_return Failure{status_error(what, *answer, api_.now())};
  }
  if (not_listed_.size() < kNotListedMax) not_listed_.emplace(id, flavor);
  co_return flavor;
}

}  // namespace vacuum::openstack
