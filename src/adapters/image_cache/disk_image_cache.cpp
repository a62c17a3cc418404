#include "adapters/image_cache/disk_image_cache.hpp"

#include <fmt/format.h>

#include "adapters/image_cache/image_file.hpp"
#include "base/http_date.hpp"
#include "base/text.hpp"

namespace vacuum {
namespace {

constexpr int kAttemptsMax = 3;
constexpr Milliseconds kDownloadTimeout{6 * 3600 * 1000};  // for what moves; a stall ends much earlier
constexpr std::size_t kErrorPageBytesMax = 1 << 20;
constexpr std::string_view kSilentDisk = "the disk of the image cache does not answer";

std::string shown(std::string_view url) {
  return printable(url.substr(0, url.find_first_of("?#")));
}

Failure<ImageError> error(ImageDecision decision, std::string_view where, std::string_view what) {
  return Failure{ImageError{decision, fmt::format("{}: {}", where, what)}};
}

ImageDecision decision_of(HttpFailureKind kind) {
  switch (kind) {
    case HttpFailureKind::not_sent:
    case HttpFailureKind::answer_lost:
      return ImageDecision::retry;
    case HttpFailureKind::too_long:
    case HttpFailureKind::local_file:
      return ImageDecision::no_room;
    case HttpFailureKind::not_allowed:
      break;
  }
  return ImageDecision::give_up;
}

ImageDecision decision_of(int status) {
  const bool passing = status >= 500 || status == 408 || status == 429;
  return passing ? ImageDecision::retry : ImageDecision::give_up;
}

bool is_weak(std::string_view etag) {
  return etag.starts_with("W/");
}

/// What names the version that a part belongs to; empty where the part cannot be continued.
std::string validator(const CacheEntry& entry) {
  if (entry.part_bytes == 0) return {};
  const CachedVersion& version = entry.part_version;
  return version.etag.empty() || is_weak(version.etag) ? version.last_modified : version.etag;
}

HttpHeaders request_headers(const CacheEntry& entry) {
  HttpHeaders headers{{"Accept", "*/*"}};
  if (entry.image) {
    headers.emplace_back("If-Modified-Since", format_http_date(entry.image->modified));
    if (!entry.version.etag.empty()) headers.emplace_back("If-None-Match", entry.version.etag);
  }
  const std::string part_of = validator(entry);
  if (!part_of.empty()) {
    headers.emplace_back("Range", fmt::format("bytes={}-", entry.part_bytes));
    headers.emplace_back("If-Range", part_of);
  }
  return headers;
}

/// Marks a download as under way as long as this lives.
class UnderWay {
 public:
  UnderWay(std::map<std::string, std::shared_ptr<TransferProgress>>& all, const std::string& url,
           const std::shared_ptr<TransferProgress>& progress)
      : all_(all), url_(url) {
    all_.emplace(url, progress);
  }
  ~UnderWay() { all_.erase(url_); }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;

 private:
  std::map<std::string, std::shared_ptr<TransferProgress>>& all_;
  std::string url_;
};

}  // namespace

struct DiskImageCache::Download {
  std::string url;
  std::string name;  ///< in the folder
  ImageInspection accept;
  std::shared_ptr<TransferProgress> progress = std::make_shared<TransferProgress>();
};

DiskImageCache::DiskImageCache(std::string directory, CacheBounds bounds, HttpClient& http,
                               DiskWorker& worker)
    : folder_(std::make_shared<CacheFolder>(std::move(directory), bounds)), http_(http), worker_(worker) {}

Async<Result<LocalImage, ImageError>> DiskImageCache::fetch(std::string url, ImageInspection accept) {
  if (under_way_.contains(url)) co_return error(ImageDecision::busy, shown(url), "is being fetched");
  Download download{.url = url, .name = CacheFolder::name_of(url), .accept = std::move(accept)};
  const UnderWay under_way(under_way_, url, download.progress);
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    auto entry = co_await look(download);
    if (!entry) co_return Failure{std::move(entry.error())};
    HttpRequest request{.method = "GET",
                        .url = url,
                        .headers = request_headers(*entry),
                        .timeout = kDownloadTimeout,
                        .max_answer_bytes = kErrorPageBytesMax,
                        .answer_file = AnswerFile{.path = folder_->part_of(download.name),
                                                  .max_bytes = entry->room_bytes,
                                                  .head_path = folder_->part_head_of(download.name),
                                                  .required_header = "Last-Modified"},
                        .progress = download.progress};
    auto answer = co_await http_.send(std::move(request));
    if (answer && answer->status == 416) {  // the part is not one of what the server has now
      co_await drop_part(download.name);
      continue;
    }
    if (answer) co_return co_await take(download, *entry, std::move(*answer));
    const HttpFailure failure = std::move(answer.error());
    if (failure.kind != HttpFailureKind::too_long) co_return co_await give_up(download, *entry, failure);
    const std::int64_t announced = download.progress->total_bytes;
    auto room = co_await make_room(download, announced > 0 ? announced : entry->room_bytes + 1);
    if (!room) co_return Failure{std::move(room.error())};
  }
  co_return error(ImageDecision::retry, shown(url), "could not be fetched in one go");
}

Async<Result<CacheEntry, ImageError>> DiskImageCache::look(const Download& download) {
  const std::string url = shown(download.url);
  auto job = [folder = folder_, name = download.name]() -> Result<CacheEntry, std::string> {
    auto ready = folder->prepare();
    if (!ready) return Failure{std::move(ready.error())};
    return folder->look(name);
  };
  auto looked = co_await worker_.run(std::move(job));
  if (!looked) co_return error(ImageDecision::no_room, url, kSilentDisk);
  if (!*looked) co_return error(ImageDecision::no_room, url, looked->error());
  co_return std::move(**looked);
}

/// A part that fills the disk, or cannot be continued, goes; another stays for the next time.
Async<Result<LocalImage, ImageError>> DiskImageCache::give_up(const Download& download,
                                                              const CacheEntry& entry, HttpFailure failure) {
  const bool stuck = !validator(entry).empty() && download.progress->done_bytes == 0;
  if (failure.kind == HttpFailureKind::local_file || stuck) co_await drop_part(download.name);
  co_return Failure{ImageError{decision_of(failure.kind), std::move(failure.message)}};
}

Async<Result<LocalImage, ImageError>> DiskImageCache::take(const Download& download, const CacheEntry& entry,
                                                           HttpResponse answer) {
  const std::string url = shown(download.url);
  if (answer.status == 304 && entry.image) {
    auto touch = [folder = folder_, name = download.name] {
      folder->touch(name);
      return Done{};
    };
    co_await worker_.run(std::move(touch));
    co_return *entry.image;
  }
  if (answer.status != 200 && answer.status != 206) {
    co_return error(decision_of(answer.status), url, fmt::format("status {}", answer.status));
  }
  std::string told(header_value(answer.headers, "Last-Modified"));
  const bool continued = answer.status == 206;
  const bool changed = continued && !told.empty() && told != entry.part_version.last_modified;
  if (told.empty()) told = entry.part_version.last_modified;
  const auto modified = parse_http_date(told);
  if (changed || !modified) {
    co_await drop_part(download.name);
    if (changed) co_return error(ImageDecision::retry, url, "changed while it was being fetched");
    co_return error(ImageDecision::give_up, url,
                    fmt::format("its server's Last-Modified is no date: {}", printable(told, 60)));
  }
  co_return co_await store(download, *modified);
}

Async<Result<LocalImage, ImageError>> DiskImageCache::store(const Download& download, TimePoint modified) {
  const std::string url = shown(download.url);
  auto job = [folder = folder_, name = download.name, accept = download.accept,
              modified]() -> Result<LocalImage, std::string> {
    const auto accepted = inspect_file(folder->part_of(name), accept);
    if (accepted) return folder->accept_part(name, modified);
    folder->drop_part(name);
    return Failure{accepted.error()};
  };
  auto stored = co_await worker_.run(std::move(job));
  if (!stored) co_return error(ImageDecision::no_room, url, kSilentDisk);
  if (!*stored) co_return error(ImageDecision::give_up, url, stored->error());
  co_return std::move(**stored);
}

Async<Result<Done, ImageError>> DiskImageCache::make_room(const Download& download, std::int64_t bytes) {
  const std::string url = shown(download.url);
  auto job = [folder = folder_, name = download.name, kept = kept_names(), bytes] {
    auto made = folder->make_room(name, bytes, kept);
    if (!made) folder->drop_part(name);
    return made;
  };
  auto made = co_await worker_.run(std::move(job));
  if (!made) co_return error(ImageDecision::no_room, url, kSilentDisk);
  if (!*made) co_return error(ImageDecision::no_room, url, made->error());
  co_return Done{};
}

Async<void> DiskImageCache::drop_part(std::string name) {
  auto job = [folder = folder_, name = std::move(name)] {
    folder->drop_part(name);
    return Done{};
  };
  co_await worker_.run(std::move(job));
}

std::set<std::string> DiskImageCache::kept_names() const {
  std::set<std::string> names;
  for (const auto& [space, urls] : kept_urls_) {
    for (const std::string& url : urls) names.insert(CacheFolder::name_of(url));
  }
  for (const auto& [url, progress] : under_way_) names.insert(CacheFolder::name_of(url));
  return names;
}

Async<std::optional<LocalImage>> DiskImageCache::cached(std::string url) {
  auto job = [folder = folder_, name = CacheFolder::name_of(url)] { return folder->look(name).image; };
  auto looked = co_await worker_.run(std::move(job));
  if (!looked) co_return std::nullopt;
  co_return std::move(*looked);
}

std::optional<FetchProgress> DiskImageCache::progress(const std::string& url) const {
  const auto found = under_way_.find(url);
  if (found == under_way_.end()) return std::nullopt;
  return FetchProgress{found->second->done_bytes, found->second->total_bytes};
}

Async<Result<LocalImage, ImageError>> DiskImageCache::find_file(std::string path) {
  auto job = [path] { return look_at_file(path); };
  auto looked = co_await worker_.run(std::move(job));
  if (!looked) co_return error(ImageDecision::retry, path, "its disk does not answer");
  if (!*looked) co_return error(ImageDecision::give_up, path, looked->error());
  co_return std::move(**looked);
}

Async<Result<std::string, ImageError>> DiskImageCache::inspect(std::string path, ImageInspection inspection) {
  auto job = [path, inspection = std::move(inspection)] { return inspect_file(path, inspection); };
  auto seen = co_await worker_.run(std::move(job));
  if (!seen) co_return error(ImageDecision::retry, path, "its disk does not answer");
  if (!*seen) co_return error(ImageDecision::give_up, path, seen->error());
  co_return std::move(**seen);
}

void DiskImageCache::keep(const SpaceName& space, std::set<std::string> urls) {
  kept_urls_[space] = std::move(urls);
}

}  // namespace vacuum
