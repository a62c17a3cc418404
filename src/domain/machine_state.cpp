#include "domain/machine_state.hpp"

#include <array>

namespace vacuum {
namespace {

constexpr std::array<std::string_view, kMachineStateCount> kNames{
    "unlisted", "starting", "running", "shutdown", "deleting", "failed", "unknown"};

}  // namespace

std::string_view to_string(MachineState state) {
  return kNames[static_cast<std::size_t>(state)];
}

std::optional<MachineState> parse_machine_state(std::string_view text) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == text) return static_cast<MachineState>(i);
  }
  return std::nullopt;
}

bool may_follow(MachineState from, MachineState to) {
  using enum MachineState;
  constexpr bool yes = true, no = false;
  // Rows: from. Columns: unlisted starting running shutdown deleting failed unknown.
  constexpr std::array<std::array<bool, kMachineStateCount>, kMachineStateCount> kTable{{
      {yes, yes, yes, yes, yes, yes, yes},  // unlisted: whatever a first or late listing shows
      {yes, yes, yes, yes, yes, yes, yes},  // starting
      {yes, no, yes, yes, yes, yes, yes},   // running
      {yes, no, no, yes, yes, yes, yes},    // shutdown: a stopped machine is never started again by us
      {yes, no, no, no, yes, yes, yes},     // deleting
      {yes, no, no, no, yes, yes, yes},     // failed
      {yes, yes, yes, yes, yes, yes, yes},  // unknown
  }};
  return kTable[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)];
}

}  // namespace vacuum
