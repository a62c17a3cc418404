#pragma once

#include <memory>
#include <utility>

#include "ports/cloud.hpp"
#include "ports/fence.hpp"

namespace vacuum {

/// Changes nothing of a cloud behind a closed fence. Looking is always allowed.
class FencedCloud final : public Cloud {
 public:
  /// `fence` must outlive it.
  FencedCloud(std::shared_ptr<Cloud> cloud, const Fence& fence) : cloud_(std::move(cloud)), fence_(fence) {}

  Async<CloudResult<std::optional<ListingMark>>> list(std::optional<ListingMark> since,
                                                      PageReceiver receive) override {
    return cloud_->list(since, std::move(receive));
  }
  Async<CloudResult<std::vector<Flavor>>> flavors() override { return cloud_->flavors(); }
  Async<CloudResult<Quota>> quota() override { return cloud_->quota(); }
  Async<CloudResult<std::optional<Server>>> find(const MachineName& name) override {
    return cloud_->find(name);
  }
  Async<CloudResult<std::vector<CloudImage>>> images() override { return cloud_->images(); }
  Async<CloudResult<ServerId>> create(const ServerRequest& request) override {
    if (!fence_.is_open()) co_return closed();
    co_return co_await cloud_->create(request);
  }
  Async<CloudResult<Done>> remove(const ServerId& id) override {
    if (!fence_.is_open()) co_return closed();
    co_return co_await cloud_->remove(id);
  }
  Async<CloudResult<ImageId>> upload_image(ImageUpload upload) override {
    if (!fence_.is_open()) co_return closed();
    co_return co_await cloud_->upload_image(std::move(upload));
  }
  Async<CloudResult<Done>> remove_image(ImageId id) override {
    if (!fence_.is_open()) co_return closed();
    co_return co_await cloud_->remove_image(std::move(id));
  }

 private:
  static Failure<CloudError> closed() {
    return Failure{CloudError{CloudDecision::give_up, std::string(kFenceClosed), {}, {}}};
  }

  std::shared_ptr<Cloud> cloud_;
  const Fence& fence_;
};

}  // namespace vacuum
