#pragma once

#include <functional>
#include <utility>

#include "ports/cloud.hpp"
#include "sim/world/cloud_site.hpp"
#include "sim/world/process.hpp"

namespace vacuum::sim {

/// What a request would change.
enum class CloudChange : std::uint8_t { creation, removal };

/// The way of one program to a simulated cloud, as an adapter of a real one would go it: its requests take
/// time and may fail, and the program may be killed at any point of the way.
class CloudDoor final : public Cloud {
 public:
  /// Called with each request that would change something, as it leaves.
  using OnChange = std::function<void(CloudChange, const MachineName&)>;
  /// Both outlive this.
  CloudDoor(Process& process, CloudSite& site, OnChange on_change)
      : process_(process), site_(site), on_change_(std::move(on_change)) {}

  Async<CloudResult<std::optional<ListingMark>>> list(std::optional<ListingMark> since,
                                                      PageReceiver receive) override;
  Async<CloudResult<std::vector<Flavor>>> flavors() override;
  Async<CloudResult<Quota>> quota() override;
  Async<CloudResult<ServerId>> create(const ServerRequest& request) override;
  Async<CloudResult<std::optional<Server>>> find(const MachineName& name) override;
  Async<CloudResult<Done>> remove(const ServerId& id) override;
  Async<CloudResult<std::vector<vacuum::CloudImage>>> images() override;
  Async<CloudResult<ImageId>> upload_image(ImageUpload upload) override;
  Async<CloudResult<Done>> remove_image(ImageId id) override;

 private:
  /// What changes the cloud happens there, on its way from here, whatever becomes of the program meanwhile.
  void at_cloud(Milliseconds until, std::function<void(CloudSite&)> deed);
  Async<void> go(Milliseconds duration);

  Process& process_;
  CloudSite& site_;
  OnChange on_change_;
};

}  // namespace vacuum::sim
