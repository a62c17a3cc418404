#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "control/standing.hpp"
#include "ports/clock.hpp"
#include "ports/fence.hpp"
#include "ports/log.hpp"
#include "ports/manager_register.hpp"

namespace vacuum {

/// What a manager tells of itself. The lease is the time within which the others take over the machines of
/// one that died.
struct MembershipSettings {
  ManagerName name;
  std::string version;  ///< "Vacuum X.Y.Z"
  std::string host;
  std::string boot_id;
  std::string state_directory;
  int process = 0;
  Milliseconds lease{15000};
};

/// Parts of the lease. The holder gives up well before the others may take it for dead: the difference covers
/// what lies between a look at the fence and the deed, and clocks that do not run alike.
inline constexpr int kRenewalPercent = 15;  ///< of the lease between two renewals
inline constexpr int kFencePercent = 60;    ///< after the beginning of the last renewal the fence closes
inline constexpr int kSilencePercent = 75;  ///< without a change, seen by others: dead
[[nodiscard]] constexpr Milliseconds part_of(Milliseconds lease, int percent) {
  return lease * percent / 100;
}

struct JoinError {
  enum class Decision : std::uint8_t {
    try_again,  ///< the directory does not answer now
    refused,    ///< a human has to act
  } decision = Decision::refused;
  std::string message;  ///< for people
};

/// A manager among the managers of its shared directory: joins, renews its lease, watches the others, ends
/// those that are dead so that their machines have new managers, and begins a new life where its own lease
/// was lost. Never decides by clocks of others.
class Membership final : public Fence, public Standings {
 public:
  Membership(ManagerRegister& managers, Clock& clock, Log& log, MembershipSettings settings,
             std::uint64_t seed);

  /// Becomes a member. May take a lease's time where an older life of this manager may still go on. Refused
  /// where another manager has this name, or others speak a protocol that this one does not.
  Async<Result<Done, JoinError>> join(std::stop_token stop);
  /// Renews and watches until `stop`. Precondition: joined.
  Async<void> run(std::stop_token stop);
  /// Says that this manager acts no more, after all that acted has ended.
  Async<void> leave();
  /// Called when this manager may have got machines of others, or has begun a new life.
  void on_change(std::function<void()> listener) { changed_ = std::move(listener); }

  [[nodiscard]] bool is_open() const override;
  [[nodiscard]] std::shared_ptr<const Standing> standing() const override;
  [[nodiscard]] std::string why_none() const override;
  void note_machines(const SpaceName& space, int machines) override { machines_[space] = machines; }
  void note_owner(const IncarnationId& incarnation) override;

  /// One renewal and one look at the others: what run() repeats.
  Async<void> step();

 private:
  /// What is known of another's lease, by the clock of this process.
  struct Watched {
    std::optional<Lease> lease;  ///< nothing: there is none, but a machine belongs to the incarnation
    Milliseconds changed{0};     ///< when it was last seen to change, or noted first
  };

  [[nodiscard]] std::optional<std::string> objection() const;
  [[nodiscard]] bool is_surely_dead(const Lease& other) const;
  [[nodiscard]] bool is_silent(const IncarnationId& incarnation, const Watched& other) const;
  [[nodiscard]] std::vector<IncarnationId> namesakes() const;
  Async<Result<Done, JoinError>> wait_for_namesakes(std::stop_token stop);
  Async<bool> renew();
  Async<bool> read_register();
  void watch(const Lease& lease);
  Async<void> look();
  Async<void> end_the_dead();
  Async<void> end_own();
  Async<bool> end(IncarnationId incarnation, std::vector<IncarnationId> heirs, std::string reason);
  void lose(std::string reason);
  Async<void> begin_anew();
  [[nodiscard]] std::vector<IncarnationId> live() const;
  void publish_standing();

  ManagerRegister& managers_;
  Clock& clock_;
  Log& log_;
  MembershipSettings settings_;
  RandomStream random_;
  Lease own_;
  Milliseconds open_until_{0};  ///< the fence's end; counts while there is a standing
  std::shared_ptr<const int> life_;
  std::weak_ptr<const int> life_before_;  ///< as long as it is held somebody acts under the lost lease
  std::shared_ptr<const Standing> standing_;
  std::string why_none_ = "it has not joined the managers of its shared directory yet";
  std::map<IncarnationId, Watched> others_;
  std::map<IncarnationId, Succession> successions_;
  std::map<IncarnationId, std::string> own_before_;  ///< older lives, still to be ended, and why they ended
  std::map<SpaceName, int> machines_;
  std::function<void()> changed_ = [] {};
  std::string trouble_;  ///< what the log was told of the directory
};

}  // namespace vacuum
