#pragma once

#include <memory>
#include <string>
#include <vector>

#include "domain/roster.hpp"

namespace vacuum {

/// The place of this manager among those of the shared directory, at one moment. A cycle works with the one
/// that it began with; while anybody holds one of an incarnation, the manager begins no new incarnation.
struct Standing {
  IncarnationId incarnation;
  Roster roster;
  std::shared_ptr<const void> life;  ///< one for all standings of an incarnation

  /// Whether this manager is the one of all live ones that does what `duty` tells.
  [[nodiscard]] bool does(std::string_view duty) const { return roster.doer_of(duty) == incarnation; }
};

/// Tells a manager's place among the managers. On the loop's thread.
class Standings {
 public:
  virtual ~Standings() = default;

  /// Null while this manager is no member: it may act on nothing then.
  [[nodiscard]] virtual std::shared_ptr<const Standing> standing() const = 0;
  /// For people: why there is no standing.
  [[nodiscard]] virtual std::string why_none() const = 0;
  /// What the others are told: how many machines of a space this manager has.
  virtual void note_machines(const SpaceName& space, int machines) = 0;
  /// A machine belongs to this incarnation, and nobody may know anything of that any more.
  virtual void note_owner(const IncarnationId& incarnation) = 0;
};

/// Of a manager that has its directory for itself, and takes over whatever it finds there: for tests and
/// simulations.
class SoleStanding final : public Standings {
 public:
  explicit SoleStanding(IncarnationId incarnation)
      : standing_(std::make_shared<Standing>(Standing{incarnation, Roster({incarnation}, {}), nullptr})) {}

  [[nodiscard]] std::shared_ptr<const Standing> standing() const override { return standing_; }
  [[nodiscard]] std::string why_none() const override { return {}; }
  void note_machines(const SpaceName&, int) override {}
  void note_owner(const IncarnationId& owner) override;

 private:
  std::shared_ptr<const Standing> standing_;
  std::vector<IncarnationId> taken_over_;
};

}  // namespace vacuum
