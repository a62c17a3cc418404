#include "adapters/openstack/page_cursor.hpp"

#include "adapters/openstack/errors.hpp"
#include "adapters/openstack/json.hpp"
#include "adapters/openstack/urls.hpp"

namespace vacuum::openstack {
namespace {

constexpr std::size_t kPagesMax = 10000;

std::string_view next_link(const boost::json::object& page, const std::string& member) {
  const std::string_view direct = string_at(page, member);
  if (!direct.empty()) return direct;
  const auto* links = array_at(page, member);
  if (links == nullptr) return {};
  for (const auto& link : *links) {
    const auto* entry = link.if_object();
    if (entry != nullptr && string_at(*entry, "rel") == "next") return string_at(*entry, "href");
  }
  return {};
}

}  // namespace

PageCursor::PageCursor(std::string resource, std::string query)
    : resource_(std::move(resource)), path_(resource_ + query), seen_{path_} {}

CloudResult<Done> PageCursor::follow(std::string_view link) {
  const auto fail = [this](std::string_view reason) {
    return Failure{
        CloudError{.decision = CloudDecision::retry,
                   .message = resource_ + ": the listing cannot be followed: " + std::string(reason)}};
  };
  const auto query = next_query(link, resource_);
  if (!query) return fail("the link to the next page leads elsewhere");
  if (seen_.size() >= kPagesMax) return fail("too many pages");
  path_ = resource_ + *query;
  if (!seen_.insert(path_).second) return fail("its pages go in a circle");
  return Done{};
}

Async<CloudResult<Done>> read_pages(Api& api, PagedRequest request, PageReader reader, Deadline deadline) {
  const auto question = request.first.path.find('?');
  PageCursor cursor(request.first.path.substr(0, question),
                    question == std::string::npos ? "" : request.first.path.substr(question));
  for (;;) {
    ApiRequest page_request = request.first;
    page_request.path = cursor.path();
    const std::string what = shown(page_request);
    CloudResult<HttpResponse> answer = co_await api.call_ok(std::move(page_request), deadline);
    if (!answer.ok()) co_return Failure{std::move(answer.error())};
    const auto page = parse_json(answer->body);
    const auto* object = page ? page->if_object() : nullptr;
    if (object == nullptr || !reader(*object)) co_return Failure{unreadable_error(what, *answer)};
    const std::string_view link = next_link(*object, request.links_member);
    if (link.empty()) co_return Done{};
    CloudResult<Done> followed = cursor.follow(link);
    if (!followed.ok()) co_return followed;
  }
}

}  // namespace vacuum::openstack
