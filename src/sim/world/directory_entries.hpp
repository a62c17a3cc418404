#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "ports/machine_store.hpp"
#include "sim/moment.hpp"

namespace vacuum::sim {

/// What a simulated shared directory remembers of a machine.
struct DirectoryEntry {
  MachineRecord record;
  std::uint64_t making = 0;            ///< number of its making: a record that comes again is another one
  std::optional<std::string> message;  ///< joboutputs/shutdown_message
  std::optional<TimePoint> heartbeat;  ///< of a machine that runs no more
  Moment archived;                     ///< of the deleted ones
};

/// Entries in the order of their names, each of which is found at once.
class DirectoryEntries {
 public:
  using Map = std::map<MachineName, DirectoryEntry>;

  DirectoryEntries() = default;
  DirectoryEntries(const DirectoryEntries&) = delete;
  DirectoryEntries& operator=(const DirectoryEntries&) = delete;

  [[nodiscard]] auto begin() const { return entries_.begin(); }
  [[nodiscard]] auto end() const { return entries_.end(); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] bool contains(const MachineName& name) const { return places_.contains(name.text()); }
  /// Null where there is none.
  [[nodiscard]] DirectoryEntry* find(const MachineName& name) {
    const auto found = places_.find(name.text());
    return found == places_.end() ? nullptr : &found->second->second;
  }

  /// Adds an empty one; null where there is one of this name.
  [[nodiscard]] DirectoryEntry* add(const MachineName& name) {
    if (contains(name)) return nullptr;
    const auto added = entries_.try_emplace(name).first;
    places_.emplace(added->first.text(), added);
    return &added->second;
  }
  /// Takes one out; empty where there is none.
  [[nodiscard]] Map::node_type extract(const MachineName& name) {
    const auto found = places_.find(name.text());
    if (found == places_.end()) return {};
    const auto place = found->second;
    places_.erase(found);
    return entries_.extract(place);
  }
  /// How many there were of this name.
  std::size_t erase(const MachineName& name) { return extract(name).empty() ? 0 : 1; }

 private:
  Map entries_;
  std::unordered_map<std::string_view, Map::iterator> places_;  ///< by the entries' own names
};

}  // namespace vacuum::sim
