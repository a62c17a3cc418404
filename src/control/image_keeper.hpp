#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "control/control_ports.hpp"
#include "control/holds.hpp"
#include "control/kept_image.hpp"
#include "control/manager_identity.hpp"
#include "domain/fleet.hpp"
#include "domain/settings.hpp"
#include "ports/cloud.hpp"

namespace vacuum {

/// The images of machinetypes that have theirs in the cloud.
using ReadyImages = std::map<MachinetypeIndex, ImageId>;

/// Brings the images of a space's machinetypes from their URLs and files into the cloud, beside the cycles:
/// looks for newer versions, checks signatures before first use, uploads each version once, and deletes old
/// ones when no machine uses them. Cycles ask it what is ready; they never wait for it.
class ImageKeeper : public std::enable_shared_from_this<ImageKeeper> {
 public:
  ImageKeeper(ControlPorts ports, ManagerIdentity manager) : ports_(ports), manager_(std::move(manager)) {}

  /// What the space is run with from now on.
  void assign(const SpaceSettings& settings, std::shared_ptr<Cloud> cloud);
  /// What a complete listing told of the images that are in use; nothing: any may be.
  void note_use(std::optional<std::set<ImageId>> in_use) { in_use_ = std::move(in_use); }

  [[nodiscard]] ReadyImages ready() const;
  /// Holds the machinetypes whose image is not ready, and says why.
  void add_holds(Holds& holds) const;

  /// Looks after the images each `interval` until `stop`.
  Async<void> run(Milliseconds interval, std::stop_token stop);
  /// Looks once after all, and ends when each is ready or known not to be.
  Async<void> refresh();

 private:
  using KeptImagePtr = std::shared_ptr<KeptImage>;

  [[nodiscard]] bool is_due(const KeptImage& image) const;
  [[nodiscard]] KeptImagePtr find(const MachinetypeSettings& type) const;
  Async<void> look_after(KeptImagePtr image);
  Async<Result<Done, KeepError>> bring(KeptImage& image);
  Async<Result<LocalImage, KeepError>> newest(KeptImage& image);
  Async<Result<Done, KeepError>> check(KeptImage& image, LocalImage local);
  Async<Result<Done, KeepError>> check_signature(KeptImage& image, const LocalImage& local);
  Async<Result<Done, KeepError>> place(KeptImage& image, LocalImage local);
  Async<Result<ImageId, KeepError>> upload(KeptImage& image, LocalImage local);
  [[nodiscard]] bool is_uploading(const std::string& name) const;
  [[nodiscard]] bool is_under_way(const CloudImage& arriving) const;
  [[nodiscard]] std::optional<std::string> why_others_upload(KeptImage& image) const;
  void settle(KeptImage& image, const Result<Done, KeepError>& outcome);
  Async<void> sweep();
  [[nodiscard]] std::optional<std::string> why_useless(const CloudImage& image);

  ControlPorts ports_;
  ManagerIdentity manager_;
  SpaceSettings settings_;
  std::shared_ptr<Cloud> cloud_;
  std::map<ImageKey, KeptImagePtr> images_;
  std::optional<std::set<ImageId>> in_use_;
  std::map<ImageId, Milliseconds> superseded_;  ///< since when the cloud's image is not wanted, monotonic
};

}  // namespace vacuum
