#pragma once

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ports/cloud.hpp"

namespace vacuum {

/// A cloud in memory, for tests: records its calls, does what it is asked at once, and fails as told.
class FakeCloud final : public Cloud {
 public:
  // What a test looks at and changes.
  std::vector<Server> servers;
  std::vector<Flavor> offered{{FlavorName{"small"}, "f1", 1, 2048, 20},
                              {FlavorName{"large"}, "f4", 4, 8192, 80}};
  Quota allowed;
  std::vector<ServerRequest> requests;
  std::vector<ServerId> removed;
  std::vector<std::string> calls;  ///< "list", "create NAME", …
  TimePoint now = from_unix(1'800'000'000);

  std::optional<ListingMark> mark;  ///< where it lets listings of changes begin; nothing: it has none
  ServerPage changes;               ///< what the next listing of changes shows
  std::optional<CloudError> fail_list;
  std::optional<CloudError> fail_remove;
  std::vector<CloudImage> private_images;
  std::vector<ImageUpload> uploads;
  std::vector<ImageId> removed_images;
  std::optional<CloudError> fail_images;
  std::optional<CloudError> fail_upload;

  /// Errors for the next creations, in order; nothing: that one goes well.
  std::deque<std::optional<CloudError>> next_creates;
  /// An `unsure` creation is carried out all the same.
  bool unsure_is_done = true;

  Server& add_server(const std::string& name, MachineState state) {
    servers.push_back({.name = MachineName{name},
                       .id = ServerId{"id-" + name},
                       .state = state,
                       .processors = 1,
                       .memory_mb = 2048,
                       .flavor = FlavorName{"small"},
                       .created = now});
    if (state != MachineState::starting && state != MachineState::failed) servers.back().started = now;
    return servers.back();
  }

  Async<CloudResult<std::optional<ListingMark>>> list(std::optional<ListingMark> since,
                                                      PageReceiver receive) override {
    calls.emplace_back(since ? "list changes" : "list");
    if (fail_list) co_return Failure{*fail_list};
    receive(since ? std::exchange(changes, {}) : ServerPage{servers, {}});
    co_return mark;
  }

  Async<CloudResult<std::vector<Flavor>>> flavors() override {
    calls.emplace_back("flavors");
    co_return offered;
  }

  Async<CloudResult<Quota>> quota() override {
    calls.emplace_back("quota");
    co_return allowed;
  }

  Async<CloudResult<ServerId>> create(const ServerRequest& request) override {
    calls.push_back("create " + request.name.text());
    requests.push_back(request);
    std::optional<CloudError> error;
    if (!next_creates.empty()) {
      error = next_creates.front();
      next_creates.pop_front();
    }
    if (error && !(error->decision == CloudDecision::unsure && unsure_is_done)) co_return Failure{*error};
    Server& server = add_server(request.name.text(), MachineState::starting);
    server.processors = request.flavor.processors;
    server.flavor = request.flavor.name;
    server.image = request.image_id;
    if (error) co_return Failure{*error};
    co_return server.id;
  }

  Async<CloudResult<std::optional<Server>>> find(const MachineName& name) override {
    calls.push_back("find " + name.text());
    for (const Server& server : servers) {
      if (server.name == name) co_return std::optional<Server>(server);
    }
    co_return std::optional<Server>();
  }

  Async<CloudResult<Done>> remove(const ServerId& id) override {
    calls.push_back("remove " + id.text());
    if (fail_remove) co_return Failure{*fail_remove};
    removed.push_back(id);
    const auto gone = std::erase_if(servers, [&](const Server& server) { return server.id == id; });
    if (gone == 0) co_return Failure{CloudError{CloudDecision::not_found, "no such server"}};
    co_return Done{};
  }

  Async<CloudResult<std::vector<CloudImage>>> images() override {
    calls.emplace_back("images");
    if (fail_images) co_return Failure{*fail_images};
    co_return private_images;
  }

  Async<CloudResult<ImageId>> upload_image(ImageUpload upload) override {
    calls.push_back("upload " + upload.name);
    uploads.push_back(upload);
    if (fail_upload) co_return Failure{*fail_upload};
    private_images.push_back({.id = ImageId{"image-" + std::to_string(uploads.size())},
                              .name = upload.name,
                              .state = CloudImage::State::active,
                              .modified = upload.modified,
                              .space = upload.space,
                              .manager = upload.manager,
                              .created = now});
    co_return private_images.back().id;
  }

  Async<CloudResult<Done>> remove_image(ImageId id) override {
    calls.push_back("remove image " + id.text());
    removed_images.push_back(id);
    std::erase_if(private_images, [&](const CloudImage& image) { return image.id == id; });
    co_return Done{};
  }
};

}  // namespace vacuum
