#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/world/world.hpp"

namespace vacuum::sim {

/// How a machinetype stands towards new machines.
enum class Phase : std::uint8_t { normal, probing, backing_off };

/// A machinetype at one moment. Counts of what happened are since the beginning.
struct TypeSample {
  int starting = 0;
  int running = 0;
  int ending = 0;  ///< stopped, failed or being deleted, and still there
  int busy = 0;    ///< of those that run, those with a job
  int processors = 0;
  Phase phase = Phase::normal;
  std::uint64_t created = 0;
  std::uint64_t jobs_done = 0;
  std::uint64_t jobs_lost = 0;
  std::uint64_t no_work = 0;
  std::uint64_t failed = 0;  ///< with a message of failure, or without a word

  [[nodiscard]] int machines() const { return starting + running + ending; }
};

struct TypeTrack {
  MachinetypeName name;
  double target_share = 0;  ///< as configured
  std::vector<TypeSample> samples;
  double processor_hours = 0;       ///< of all its machines while they were there
  double busy_processor_hours = 0;  ///< of these, of jobs that were done
};

struct SpaceTrack {
  SpaceName name;
  std::optional<int> processors_limit;
  std::vector<TypeTrack> types;
};

struct QueueTrack {
  std::string name;
  bool endless = false;
  std::vector<std::uint64_t> waiting;
};

/// What a simulation was like, sampled at equal steps.
struct Recording {
  TimePoint start;
  Milliseconds step{60'000};
  std::vector<SpaceTrack> spaces;
  std::vector<QueueTrack> queues;

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] const SpaceTrack* find(const SpaceName& space) const;
};

/// Looks at a world at equal steps until the world's end.
class Recorder {
 public:
  /// `world` outlives this.
  Recorder(World& world, Milliseconds step);
  /// Samples the present, and again after each step.
  void begin();
  [[nodiscard]] const Recording& recording() const { return recording_; }

 private:
  void sample();
  void sample_space(SpaceTrack& track, const World::Site& site);
  [[nodiscard]] Phase phase_of(const SpaceName& space, const MachinetypeSettings& type) const;

  World& world_;
  Recording recording_;
};

}  // namespace vacuum::sim
