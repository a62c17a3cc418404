#pragma once

#include <map>
#include <string>
#include <utility>

#include "ports/clock.hpp"
#include "ports/cloud.hpp"
#include "reports/status_totals.hpp"

namespace vacuum {

/// Counts what is asked of a cloud, and how long answers take.
class MeteredCloud final : public Cloud {
 public:
  /// `cloud`, `clock` and `counts` must outlive it.
  MeteredCloud(Cloud& cloud, const Clock& clock, std::map<std::string, RequestCounts>& counts)
      : cloud_(cloud), clock_(clock), counts_(counts) {}

  Async<CloudResult<std::optional<ListingMark>>> list(std::optional<ListingMark> since,
                                                      PageReceiver receive) override {
    return metered(since ? "list_changes" : "list", cloud_.list(since, std::move(receive)));
  }
  Async<CloudResult<std::vector<Flavor>>> flavors() override { return metered("flavors", cloud_.flavors()); }
  Async<CloudResult<Quota>> quota() override { return metered("quota", cloud_.quota()); }
  Async<CloudResult<ServerId>> create(const ServerRequest& request) override {
    return metered("create", cloud_.create(request));
  }
  Async<CloudResult<std::optional<Server>>> find(const MachineName& name) override {
    return metered("find", cloud_.find(name));
  }
  Async<CloudResult<Done>> remove(const ServerId& id) override {
    return metered("delete", cloud_.remove(id));
  }
  Async<CloudResult<std::vector<CloudImage>>> images() override { return metered("images", cloud_.images()); }
  Async<CloudResult<ImageId>> upload_image(ImageUpload upload) override {
    return metered("upload", cloud_.upload_image(std::move(upload)));
  }
  Async<CloudResult<Done>> remove_image(ImageId id) override {
    return metered("delete_image", cloud_.remove_image(std::move(id)));
  }

 private:
  template <class T>
  Async<CloudResult<T>> metered(const char* what, Async<CloudResult<T>> request) {
    const Milliseconds began = clock_.monotonic();
    auto answer = co_await std::move(request);
    RequestCounts& counts = counts_[what];
    ++counts.asked;
    // A VM that is gone already is what a deletion wants.
    if (!answer && answer.error().decision != CloudDecision::not_found) ++counts.failed;
    counts.took += clock_.monotonic() - began;
    co_return answer;
  }

  Cloud& cloud_;
  const Clock& clock_;
  std::map<std::string, RequestCounts>& counts_;
};

}  // namespace vacuum
