#pragma once

#include <cstdint>
#include <optional>

#include "domain/names.hpp"
#include "ports/async.hpp"
#include "ports/machine_store.hpp"

namespace vacuum {

/// Turns of a space are numbered from 1; the highest is the last that was taken.
struct Turn {
  std::uint64_t number = 0;
  IncarnationId holder;
  enum class State : std::uint8_t { held, given_back } state = State::held;

  friend bool operator==(const Turn&, const Turn&) = default;
};

/// The right to plan creations for a space, which one manager has at a time: turn after turn. Whether the
/// holder of a turn still lives is for the caller to know.
class CreationTurns {
 public:
  virtual ~CreationTurns() = default;

  /// The last turn that was taken; nothing where there was none yet.
  virtual Async<StoreResult<std::optional<Turn>>> last(const SpaceName& space) = 0;
  /// Takes the turn of this number, and makes sure that it is the last. `exists`: somebody else was faster.
  virtual Async<StoreResult<Done>> take(const SpaceName& space, std::uint64_t number,
                                        IncarnationId holder) = 0;
  /// Gives a turn back that the caller has taken.
  virtual Async<StoreResult<Done>> give_back(const SpaceName& space, std::uint64_t number) = 0;
};

}  // namespace vacuum
