#pragma once

#include <map>
#include <memory>

#include "adapters/image_cache/cache_folder.hpp"
#include "ports/disk_worker.hpp"
#include "ports/http_client.hpp"
#include "ports/image_cache.hpp"

namespace vacuum {

/// ImageCache in a folder. Its HttpClient follows redirects; its DiskWorker has one thread and lets a job
/// take as long as reading a large image does.
class DiskImageCache final : public ImageCache {
 public:
  DiskImageCache(std::string directory, CacheBounds bounds, HttpClient& http, DiskWorker& worker);

  Async<Result<LocalImage, ImageError>> fetch(std::string url, ImageInspection accept) override;
  Async<std::optional<LocalImage>> cached(std::string url) override;
  [[nodiscard]] std::optional<FetchProgress> progress(const std::string& url) const override;
  Async<Result<LocalImage, ImageError>> find_file(std::string path) override;
  Async<Result<std::string, ImageError>> inspect(std::string path, ImageInspection inspection) override;
  void keep(const SpaceName& space, std::set<std::string> urls) override;

 private:
  struct Download;

  Async<Result<CacheEntry, ImageError>> look(const Download& download);
  Async<Result<LocalImage, ImageError>> give_up(const Download& download, const CacheEntry& entry,
                                                HttpFailure failure);
  Async<Result<LocalImage, ImageError>> take(const Download& download, const CacheEntry& entry,
                                             HttpResponse answer);
  Async<Result<LocalImage, ImageError>> store(const Download& download, TimePoint modified);
  Async<Result<Done, ImageError>> make_room(const Download& download, std::int64_t bytes);
  Async<void> drop_part(std::string name);
  [[nodiscard]] std::set<std::string> kept_names() const;

  std::shared_ptr<const CacheFolder> folder_;
  HttpClient& http_;
  DiskWorker& worker_;
  std::map<SpaceName, std::set<std::string>> kept_urls_;
  std::map<std::string, std::shared_ptr<TransferProgress>> under_way_;  ///< by URL
};

}  // namespace vacuum
