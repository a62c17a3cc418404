#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/fuzz/manager_watch.hpp"
#include "sim/world/world.hpp"

namespace vacuum::sim {

/// A rule that must hold, and was broken.
struct Violation {
  Moment at;
  std::string rule;  ///< a word: "limit", "leak", "accounting", "shares" and others
  std::string what;
};

/// Looks at a world while it runs, and tells what must never be.
class Watch {
 public:
  /// `world` outlives this; its hooks are taken.
  explicit Watch(World& world);
  /// What is to be looked at again and again.
  void begin() { managers_.begin(); }

  /// What was true in a time when the clock of a host was wrong is not asked of accounting.
  void note_wrong_clock(Moment from, Moment until) { wrong_clocks_.push_back({from, until}); }
  /// Nobody can account a machine whose record was lost, and that was gone before it was adopted.
  void note_lost_record(const MachineName& machine) { lost_records_.insert(machine); }
  /// After a time without faults: is anything left over, or missing?
  void check_left_overs();
  /// From now on shares are sampled.
  void begin_samples() { samples_begin_ = world_.time().now(); }
  /// Takes the processors of each machinetype into the means of check_shares().
  void sample_shares();
  /// Whether the means are those that the shares ask for, where all machinetypes have work.
  void check_shares();

  [[nodiscard]] const std::vector<Violation>& violations() const { return violations_; }
  [[nodiscard]] std::uint64_t created() const { return created_; }
  /// A number that depends on all machines that were created, and when.
  [[nodiscard]] std::uint64_t digest() const { return digest_; }

 private:
  struct Interval {
    Moment from;
    Moment until;
  };
  void tell(std::string rule, std::string what);
  void look_at_creation(const SpaceName& space, const CloudServer& server);
  void look_at_account(const AccountingRecord& record);
  /// What is in the cloud, and what is on record and may come, keeps the limit whenever a record comes.
  void look_at_record(const SpaceName& space, const MachineRecord& record);
  void look_at_event(const Event& event);
  /// No manager asks for the end of a machine that is well and works.
  void look_at_removal(const SpaceName& space, const MachineName& machine, const ManagerName& by);
  void check_accounts();
  void check_machines(const SpaceName& space, World::Site& site);
  void check_records(const SpaceName& space, World::Site& site);
  void check_shares_of(const SpaceName& space, const World::Site& site);
  [[nodiscard]] double between_machines(const SpaceName& space, const std::string& type);
  [[nodiscard]] bool is_in_wrong_time(Moment from, Moment until) const;

  World& world_;
  ManagerWatch managers_;
  std::vector<Violation> violations_;
  std::map<std::string, GuestLife> lives_;  ///< that have ended, by the name of the machine
  std::map<std::string, int> accounts_;     ///< by the name of the machine
  std::set<MachineName> judged_;
  std::vector<Interval> wrong_clocks_;
  std::set<MachineName> lost_records_;                             ///< and no manager has made another
  std::map<SpaceName, std::map<std::string, double>> processors_;  ///< sums of samples
  std::map<SpaceName, std::map<std::string, double>> created_processors_;  ///< since samples_begin_
  std::optional<Moment> samples_begin_;
  int samples_ = 0;
  std::uint64_t created_ = 0;
  std::uint64_t digest_ = 0;
};

/// What each machinetype should have of `processors`, by share and limits, where all have work.
[[nodiscard]] std::map<std::string, double> fair_processors(const SpaceSettings& settings, double processors);

}  // namespace vacuum::sim
