#include "adapters/openstack/image_store.hpp"

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include "adapters/openstack/errors.hpp"
#include "adapters/openstack/json.hpp"
#include "adapters/openstack/page_cursor.hpp"
#include "adapters/openstack/urls.hpp"
#include "base/text.hpp"

namespace vacuum::openstack {
namespace {

namespace json = boost::json;

constexpr std::string_view kVersionTag = "last_modified: ";
constexpr Milliseconds kUploadTimeout{6 * 3600 * 1000};
constexpr Milliseconds kRequestTimeout{120'000};

CloudImage::State state_of(std::string_view status) {
  if (status == "active") return CloudImage::State::active;
  const bool arriving =
      status == "queued" || status == "saving" || status == "uploading" || status == "importing";
  return arriving ? CloudImage::State::arriving : CloudImage::State::unusable;
}

std::optional<TimePoint> version_of(const json::object& image) {
  const auto* tags = array_at(image, "tags");
  if (tags == nullptr) return std::nullopt;
  for (const auto& tag : *tags) {
    const auto* text = tag.if_string();
    if (text == nullptr || !text->starts_with(kVersionTag)) continue;
    const auto time = parse_integer(std::string_view(*text).substr(kVersionTag.size()));
    if (time) return from_unix(*time);
  }
  return std::nullopt;
}

CloudImage read_image(const json::object& image) {
  return {.id = ImageId(std::string(string_at(image, "id"))),
          .name = std::string(string_at(image, "name")),
          .state = state_of(string_at(image, "status")),
          .modified = version_of(image),
          .space = SpaceName(std::string(string_at(image, "vacuum_space"))),
          .manager = ManagerName(std::string(string_at(image, "vacuum_manager"))),
          .created = parse_iso8601(string_at(image, "created_at")).value_or(TimePoint{})};
}

bool add_page(const json::object& page, std::vector<CloudImage>& images) {
  const auto* list = array_at(page, "images");
  if (list == nullptr) return false;
  for (const auto& item : *list) {
    const auto* image = item.if_object();
    if (image == nullptr || string_at(*image, "id").empty()) return false;
    images.push_back(read_image(*image));
  }
  return true;
}

std::string image_path(const ImageId& id) {
  return "/v2/images/" + percent_encode(id.text());
}

CloudError not_first(const ImageUpload& upload) {
  return {.decision = CloudDecision::retry,
          .message = printable(upload.name) + " is being uploaded by another manager"};
}

}  // namespace

std::string image_body(const ImageUpload& upload) {
  const json::object body{
      {"name", upload.name},
      {"disk_format", to_string(upload.format)},
      {"container_format", "bare"},
      {"visibility", "private"},
      {"tags",
       json::array{fmt::format("{}{}", kVersionTag, to_unix(upload.modified)), "architecture: x86_64"}},
      {"vacuum_space", upload.space.text()},
      {"vacuum_manager", upload.manager.text()},
  };
  return json::serialize(body);
}

Async<CloudResult<std::vector<CloudImage>>> ImageStore::list(std::string query, Deadline deadline) {
  PagedRequest request;
  request.first.service = Service::glance;
  request.first.path = "/v2/images?visibility=private" + query;
  request.links_member = "next";
  auto images = std::make_shared<std::vector<CloudImage>>();
  PageReader reader = [images](const json::object& page) { return add_page(page, *images); };
  CloudResult<Done> read = co_await read_pages(api_, std::move(request), std::move(reader), deadline);
  if (!read.ok()) co_return Failure{std::move(read.error())};
  co_return std::move(*images);
}

Async<CloudResult<std::vector<CloudImage>>> ImageStore::all(Deadline deadline) {
  return list("&limit=500", deadline);
}

Async<CloudResult<ImageId>> ImageStore::upload(ImageUpload upload) {
  const auto soon = Deadline::in(api_.clock(), kRequestTimeout);
  CloudResult<ImageId> made = co_await make(upload, soon);
  if (!made.ok()) co_return made;
  CloudResult<Done> done = co_await yield_to_earlier(upload, *made, soon);
  if (done.ok()) done = co_await send(upload, *made);
  const auto later = Deadline::in(api_.clock(), kRequestTimeout);
  if (done.ok()) done = co_await verify(upload, *made, later);
  if (done.ok()) co_return made;
  const auto cleaned = co_await remove(*made, later);
  if (!cleaned.ok() && cleaned.error().decision != CloudDecision::not_found) {
    api_.log().warning("{}: an image that was not wholly uploaded stays for now: {}", api_.label(),
                       cleaned.error().message);
  }
  co_return Failure{std::move(done.error())};
}

Async<CloudResult<ImageId>> ImageStore::make(const ImageUpload& upload, Deadline deadline) {
  ApiRequest request;
  request.service = Service::glance;
  request.method = "POST";
  request.path = "/v2/images";
  request.body = image_body(upload);
  request.repeat = Repeat::never;
  const std::string what = shown(request);
  CloudResult<HttpResponse> answer = co_await api_.call_ok(std::move(request), deadline);
  if (!answer.ok()) co_return Failure{std::move(answer.error())};
  const auto image = parse_json(answer->body);
  const auto* object = image ? image->if_object() : nullptr;
  const std::string_view id = object == nullptr ? std::string_view() : string_at(*object, "id");
  if (id.empty()) co_return Failure{unreadable_error(what, *answer)};
  co_return ImageId(std::string(id));
}

/// The earliest image of the version, by Glance's time and then its id, is everybody's choice.
Async<CloudResult<Done>> ImageStore::yield_to_earlier(const ImageUpload& upload, ImageId ours,
                                                      Deadline deadline) {
  std::string query = "&name=" + percent_encode(upload.name);
  CloudResult<std::vector<CloudImage>> images = co_await list(std::move(query), deadline);
  if (!images.ok()) co_return Failure{std::move(images.error())};
  const auto order = [](const CloudImage& image) { return std::pair(image.created, image.id.text()); };
  const auto mine = std::ranges::find(*images, ours, &CloudImage::id);
  if (mine == images->end()) {
    co_return Failure{
        CloudError{.decision = CloudDecision::retry, .message = "Glance does not list a new image"}};
  }
  for (const CloudImage& image : *images) {
    const bool same = image.name == upload.name && image.modified == upload.modified &&
                      image.state != CloudImage::State::unusable &&
                      mine->created - image.created < Seconds{6 * 3600};
    if (same && order(image) < order(*mine)) co_return Failure{not_first(upload)};
  }
  co_return Done{};
}

Async<CloudResult<Done>> ImageStore::send(const ImageUpload& upload, ImageId id) {
  ApiRequest request;
  request.service = Service::glance;
  request.method = "PUT";
  request.path = image_path(id) + "/file";
  request.repeat = Repeat::never;
  request.body_file = upload.file;
  request.progress = upload.progress;
  const std::string what = shown(request);
  const auto deadline = Deadline::in(api_.clock(), kUploadTimeout);
  CloudResult<HttpResponse> answer = co_await api_.call(std::move(request), deadline);
  if (!answer.ok()) co_return Failure{std::move(answer.error())};
  if (is_success(answer->status)) co_return Done{};
  co_return Failure{status_error(what, *answer, api_.now())};
}

/// A proxy in between may have cut the file short.
Async<CloudResult<Done>> ImageStore::verify(const ImageUpload& upload, ImageId id, Deadline deadline) {
  ApiRequest request;
  request.service = Service::glance;
  request.path = image_path(id);
  const std::string what = shown(request);
  CloudResult<HttpResponse> answer = co_await api_.call_ok(std::move(request), deadline);
  if (!answer.ok()) co_return Failure{std::move(answer.error())};
  const auto image = parse_json(answer->body);
  const auto* object = image ? image->if_object() : nullptr;
  if (object == nullptr) co_return Failure{unreadable_error(what, *answer)};
  const auto size = integer_at(*object, "size");
  if (string_at(*object, "status") == "active" && size == upload.bytes) co_return Done{};
  co_return Failure{CloudError{
      .decision = CloudDecision::retry,
      .message = fmt::format("{}: the image is {} with {} of {} bytes after its upload", what,
                             printable(string_at(*object, "status"), 20), size.value_or(0), upload.bytes)}};
}

Async<CloudResult<Done>> ImageStore::remove(ImageId id, Deadline deadline) {
  ApiRequest request;
  request.service = Service::glance;
  request.method = "DELETE";
  request.path = image_path(id);
  const std::string what = shown(request);
  CloudResult<HttpResponse> answer = co_await api_.call(std::move(request), deadline);
  if (!answer.ok()) co_return Failure{std::move(answer.error())};
  if (is_success(answer->status)) co_return Done{};
  CloudError error = status_error(what, *answer, api_.now());
  if (answer->status == 409) error.decision = CloudDecision::retry;  // a volume or server still needs it
  co_return Failure{std::move(error)};
}

}  // namespace vacuum::openstack
