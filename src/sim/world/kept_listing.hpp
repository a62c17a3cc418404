#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ports/cloud.hpp"
#include "sim/cloud_model.hpp"

namespace vacuum::sim {

/// A page of a listing, as it was when it was listed.
using ListedPage = std::shared_ptr<const vacuum::ServerPage>;

/// The listing of all servers of a cloud's first project, kept from one time to the next: only what has
/// changed since is described anew.
class KeptListing {
 public:
  using Describe = std::function<Server(const CloudServer&)>;
  /// `model` outlives this, and tells this alone of its changes.
  KeptListing(CloudModel& model, Describe describe);
  ~KeptListing() { model_.on_change = nullptr; }
  KeptListing(const KeptListing&) = delete;
  KeptListing& operator=(const KeptListing&) = delete;

  /// The servers as they are now, in the model's order. What is given out never changes.
  [[nodiscard]] std::vector<ListedPage> pages();

 private:
  /// Where a server has its place, now and when it is gone.
  struct Place {
    TimePoint created;
    std::string id;
  };

  void refresh(const Place& place);
  void insert(std::size_t page, std::size_t at, Server server);
  void erase(std::size_t page, std::size_t at);
  /// The page, made anew where somebody else has it.
  [[nodiscard]] std::vector<Server>& to_change(std::size_t page);

  CloudModel& model_;
  Describe describe_;
  std::vector<std::shared_ptr<vacuum::ServerPage>> pages_;  ///< none is empty
  std::vector<Place> changed_;                              ///< since the last look; some more than once
};

}  // namespace vacuum::sim
