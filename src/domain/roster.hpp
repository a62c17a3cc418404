#pragma once

#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/membership.hpp"

namespace vacuum {

/// Who is there and who follows whom, as one manager knows it at one moment. A value: a cycle works with the
/// one that it began with.
class Roster {
 public:
  Roster() = default;
  /// `live` in any order; of several successions of one incarnation the first counts.
  Roster(std::vector<IncarnationId> live, std::vector<Succession> successions);

  [[nodiscard]] const std::vector<IncarnationId>& live() const { return live_; }
  [[nodiscard]] bool has_ended(const IncarnationId& incarnation) const {
    return heirs_.contains(incarnation);
  }
  /// Whether nothing has changed hands since.
  [[nodiscard]] bool has_same_successions(const Roster& other) const { return heirs_ == other.heirs_; }
  /// Who manages a machine that `first` created or adopted: `first` itself while it has not ended, then one
  /// of its heirs that have not ended, then one of their heirs. It may be dead and not have ended yet. An
  /// owner changes only when it ends, whatever else is not known yet.
  [[nodiscard]] const IncarnationId& owner_of(const IncarnationId& first, const MachineName& machine) const;
  /// Those that have ended and that the way from any of these makers to an owner may lead through: their
  /// successions are needed as long as the makers have machines.
  [[nodiscard]] std::set<IncarnationId> led_through(const std::set<IncarnationId>& makers) const;
  /// Which live member does what only one is to do, told by `duty`. Precondition: somebody lives.
  [[nodiscard]] const IncarnationId& doer_of(std::string_view duty) const;

  friend bool operator==(const Roster&, const Roster&) = default;

 private:
  std::vector<IncarnationId> live_;
  std::unordered_map<IncarnationId, std::vector<IncarnationId>> heirs_;
};

}  // namespace vacuum
