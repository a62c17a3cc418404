#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ports/image_verifier.hpp"

namespace vacuum {

/// The bytes of an image in memory.
class MemoryImage final : public ImageBytes {
 public:
  explicit MemoryImage(std::string content) : content_(std::move(content)) {}
  [[nodiscard]] std::uint64_t size() const override { return content_.size(); }
  Result<Done, std::string> read(std::uint64_t offset, std::span<char> into) const override {
    if (offset + into.size() > content_.size()) return Failure{std::string("ends before it should")};
    std::copy_n(content_.begin() + static_cast<std::ptrdiff_t>(offset), into.size(), into.begin());
    return Done{};
  }

 private:
  std::string content_;
};

/// Images in maps, for tests.
class FakeImageCache final : public ImageCache {
 public:
  struct Held {
    std::string content = std::string(1024, '\0');
    TimePoint modified = from_unix(1'700'000'000);
  };
  std::map<std::string, Held> servers;  ///< by URL: what fetch() brings
  std::map<std::string, Held> kept;     ///< by URL: what is in the cache
  std::map<std::string, Held> files;    ///< by path
  std::optional<ImageError> fail_fetch;
  std::map<std::string, FetchProgress> under_way;
  std::map<SpaceName, std::set<std::string>> in_use;
  int fetches = 0;

  Async<Result<LocalImage, ImageError>> fetch(std::string url, ImageInspection accept) override {
    ++fetches;
    if (under_way.contains(url))
      co_return Failure{ImageError{ImageDecision::busy, url + ": is being fetched"}};
    if (fail_fetch) co_return Failure{*fail_fetch};
    const auto found = servers.find(url);
    if (found == servers.end()) co_return Failure{ImageError{ImageDecision::give_up, url + ": status 404"}};
    const auto accepted = accept(MemoryImage(found->second.content));
    if (!accepted) co_return Failure{ImageError{ImageDecision::give_up, url + ": " + accepted.error()}};
    kept[url] = found->second;
    co_return image(url, found->second);
  }
  Async<std::optional<LocalImage>> cached(std::string url) override {
    const auto found = kept.find(url);
    if (found == kept.end()) co_return std::nullopt;
    co_return image(url, found->second);
  }
  [[nodiscard]] std::optional<FetchProgress> progress(const std::string& url) const override {
    const auto found = under_way.find(url);
    if (found == under_way.end()) return std::nullopt;
    return found->second;
  }
  Async<Result<LocalImage, ImageError>> find_file(std::string path) override {
    const auto found = files.find(path);
    if (found == files.end()) co_return Failure{ImageError{ImageDecision::give_up, path + ": No such file"}};
    co_return image(path, found->second);
  }
  Async<Result<std::string, ImageError>> inspect(std::string path, ImageInspection inspection) override {
    const auto& place = kept.contains(path) ? kept : files;
    const auto found = place.find(path);
    if (found == place.end()) co_return Failure{ImageError{ImageDecision::give_up, path + ": No such file"}};
    auto seen = inspection(MemoryImage(found->second.content));
    if (!seen) co_return Failure{ImageError{ImageDecision::give_up, path + ": " + seen.error()}};
    co_return std::move(*seen);
  }
  void keep(const SpaceName& space, std::set<std::string> urls) override { in_use[space] = std::move(urls); }

 private:
  static LocalImage image(const std::string& path, const Held& held) {
    return {.path = path, .bytes = static_cast<std::int64_t>(held.content.size()), .modified = held.modified};
  }
};

/// Accepts images as a test tells.
class FakeImageVerifier final : public ImageVerifier {
 public:
  std::string fault;               ///< not empty: no image is good
  std::vector<std::string> asked;  ///< for which signers

  [[nodiscard]] ImageInspection signed_by(std::string signing_dn, TimePoint) override {
    asked.push_back(signing_dn);
    return [fault = fault](const ImageBytes&) -> Result<std::string, std::string> {
      if (!fault.empty()) return Failure{fault};
      return std::string("/DC=signer");
    };
  }
};

}  // namespace vacuum
