#pragma once

#include <cstdint>
#include <unordered_map>

#include "domain/fleet.hpp"
#include "ports/cloud.hpp"

namespace vacuum {

/// What others have in the space, from listing to listing.
class ForeignServers {
 public:
  [[nodiscard]] const ForeignMachines& totals() const { return totals_; }

  void clear() { *this = {}; }
  /// `listing`: the number of the listing that shows it.
  void show(const Server& server, std::uint32_t listing) {
    Part& part = parts_[server.id];
    count(part, -1);
    part = {1, server.processors, server.memory_mb, listing};
    count(part, 1);
  }
  void drop(const ServerId& id) {
    const auto found = parts_.find(id);
    if (found == parts_.end()) return;
    count(found->second, -1);
    parts_.erase(found);
  }
  void drop_all_but(std::uint32_t listing) {
    std::erase_if(parts_, [&](const auto& item) {
      if (item.second.listing == listing) return false;
      count(item.second, -1);
      return true;
    });
  }

 private:
  struct Part {
    int machines = 0;
    int processors = 0;
    int memory_mb = 0;
    std::uint32_t listing = 0;
  };
  void count(const Part& part, int sign) {
    totals_.machines += sign * part.machines;
    totals_.processors += sign * part.processors;
    totals_.memory_mb += sign * part.memory_mb;
  }

  std::unordered_map<ServerId, Part> parts_;
  ForeignMachines totals_;
};

}  // namespace vacuum
