#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "ports/cloud.hpp"

namespace vacuum {

/// A cloud whose VMs are files, for a test in another process to make, change and take away: the name is the
/// VM's, the content "STATE STARTED UPDATED" (Unix times). Deleting a VM removes its file.
class DirectoryCloud final : public Cloud {
 public:
  explicit DirectoryCloud(std::filesystem::path directory) : directory_(std::move(directory)) {}

  Async<CloudResult<std::optional<ListingMark>>> list(std::optional<ListingMark>,
                                                      PageReceiver receive) override {
    ServerPage page;
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      if (auto server = read(entry.path())) page.servers.push_back(std::move(*server));
    }
    receive(std::move(page));
    co_return std::nullopt;
  }
  Async<CloudResult<std::vector<Flavor>>> flavors() override {
    co_return std::vector<Flavor>{{FlavorName{"small"}, "1", 8, 16384, 20}};
  }
  Async<CloudResult<Quota>> quota() override { co_return Quota{}; }
  Async<CloudResult<ServerId>> create(const ServerRequest&) override {
    co_return Failure{CloudError{CloudDecision::refused, "nothing is created here"}};
  }
  Async<CloudResult<std::optional<Server>>> find(const MachineName& name) override {
    co_return read(directory_ / name.text());
  }
  Async<CloudResult<Done>> remove(const ServerId& id) override {
    std::filesystem::remove(directory_ / id.text());
    co_return Done{};
  }
  Async<CloudResult<std::vector<CloudImage>>> images() override { co_return std::vector<CloudImage>{}; }
  Async<CloudResult<ImageId>> upload_image(ImageUpload) override {
    co_return Failure{CloudError{CloudDecision::refused, "no image is made here"}};
  }
  Async<CloudResult<Done>> remove_image(ImageId) override { co_return Done{}; }

 private:
  static std::optional<Server> read(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string state;
    std::int64_t started = 0;
    std::int64_t updated = 0;
    if (!(file >> state >> started >> updated)) return std::nullopt;
    Server server{.name = MachineName{path.filename().string()}, .id = ServerId{path.filename().string()}};
    server.state = parse_machine_state(state).value_or(MachineState::unknown);
    server.processors = 8;
    server.memory_mb = 16384;
    server.flavor = FlavorName{"small"};
    server.machinetype = MachinetypeName{"prod"};
    server.created = from_unix(started);
    server.started = from_unix(started);
    server.updated = from_unix(updated);
    return server;
  }

  std::filesystem::path directory_;
};

}  // namespace vacuum
