#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/moment.hpp"

namespace vacuum::sim {

/// How the work of an experiment comes in, and what its VMs do with it. Times are since the beginning.
struct QueueSettings {
  std::string name;

  bool endless = false;  ///< there is always work; what comes in is not looked at
  struct Batch {
    Milliseconds at{0};
    std::uint64_t jobs = 0;
  };
  std::vector<Batch> batches;
  double jobs_per_hour = 0;  ///< steadily
  struct Burst {
    std::uint64_t jobs = 0;
    Milliseconds every{0};
  };
  std::optional<Burst> burst;  ///< the first one at the beginning
  struct Pause {
    Milliseconds from{0};
    Milliseconds until{0};
  };
  std::vector<Pause> pauses;  ///< neither steady work nor bursts come in

  SecondsRange job_seconds{3600, 3600};
  double failure_rate = 0;  ///< of jobs, those after which the VM says failure_code
  int failure_code = 500;
  double crash_rate = 0;  ///< of jobs, those in which the VM powers off without a word
  double hang_rate = 0;   ///< of jobs, those that never end, without heartbeats

  SecondsRange boot_seconds{30, 90};
  SecondsRange idle_seconds{60, 60};  ///< how long a VM looks for work in vain
  int jobs_per_machine = 1;           ///< 0: as many as fit in its life
  double heartbeat_seconds = 300;
};

/// The work of one experiment: VMs take jobs out of it, one at a time.
class JobQueue {
 public:
  JobQueue(QueueSettings settings, Moment start) : settings_(std::move(settings)), start_(start) {}

  /// Jobs that have come in until `now`.
  [[nodiscard]] std::uint64_t arrived(Moment now) const;
  [[nodiscard]] std::uint64_t waiting(Moment now) const;
  /// Takes a job, if there is one.
  [[nodiscard]] bool take(Moment now);
  /// A job that was not finished comes back.
  void give_back() { ++returned_; }

  /// From now on there is always work.
  void make_endless() { settings_.endless = true; }
  [[nodiscard]] QueueSettings& settings() { return settings_; }
  [[nodiscard]] const QueueSettings& settings() const { return settings_; }
  [[nodiscard]] std::uint64_t taken() const { return taken_; }

 private:
  /// Time without pauses until `elapsed`.
  [[nodiscard]] Milliseconds working_time(Milliseconds elapsed) const;
  [[nodiscard]] bool is_paused(Milliseconds at) const;

  QueueSettings settings_;
  Moment start_;
  std::uint64_t taken_ = 0;
  std::uint64_t returned_ = 0;
};

}  // namespace vacuum::sim
