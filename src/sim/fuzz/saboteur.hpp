#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/fuzz/watch.hpp"

namespace vacuum::sim {

/// Makes things go wrong at random: kills managers between any two steps and starts them again, stops clouds
/// and the shared directory, sets clocks, pauses managers, lets machines vanish.
class Saboteur {
 public:
  /// Both outlive this.
  Saboteur(World& world, Watch& watch, Milliseconds between, std::uint64_t seed)
      : world_(world), watch_(watch), between_(between), random_(seed) {}

  /// Begins; nothing new goes wrong after `until`.
  void begin(Moment until);
  /// Ends all that is wrong, and starts the managers that are down.
  void end();

  /// One line for each thing that it did, for who looks for the cause of a violation.
  [[nodiscard]] const std::vector<std::string>& deeds() const { return deeds_; }

 private:
  void plan_next();
  void do_harm();
  void kill(std::size_t manager);
  void stop_cloud();
  void fill_disk();
  void set_clock(std::size_t manager);
  void pause(std::size_t manager);
  void cut_off(std::size_t manager);
  void stop(std::size_t manager);
  void take_machines_away();
  void lose_records();
  [[nodiscard]] World::Site& some_site();
  void note(std::string what);
  [[nodiscard]] Milliseconds some(int least_seconds, int most_seconds);
  /// Undoes something later, and surely at the end.
  void later(Milliseconds after, std::function<void()> undo);

  World& world_;
  Watch& watch_;
  Milliseconds between_;
  RandomStream random_;
  Moment until_{};
  bool ended_ = false;
  std::vector<std::shared_ptr<std::function<void()>>> undoings_;
  std::vector<std::string> deeds_;
};

}  // namespace vacuum::sim
