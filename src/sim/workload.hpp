#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/guests.hpp"

namespace vacuum::sim {

/// When an experiment has work, in seconds since the cloud began.
struct WorkTimes {
  struct Window {
    double from = 0;  ///< seconds; from is in it, to is not
    double to = 0;
  };
  bool always = true;           ///< windows and period are not looked at
  std::vector<Window> windows;  ///< empty: never
  double period = 0;            ///< seconds after which the windows come again; 0: never

  [[nodiscard]] bool has_work(double seconds) const;
};

/// How a job ends badly: the message that the VM leaves.
struct WorkFailure {
  int code = 500;
  std::string text = "Simulated failure";
};

/// What the VMs of one machinetype do.
struct WorkSettings {
  SecondsRange boot_seconds{1, 2};   ///< from running until it looks for work
  SecondsRange work_seconds{8, 20};  ///< length of a job
  SecondsRange idle_seconds{1, 1};   ///< how long it looks for work in vain before it gives up
  WorkTimes work;
  double failure_rate = 0;            ///< of jobs, those that end with one of `failures`
  std::vector<WorkFailure> failures;  ///< empty: the default one
  double crash_rate = 0;              ///< of jobs, those in which the VM powers off without a word
  double hang_rate = 0;               ///< of jobs, those in which the VM runs on for ever without a heartbeat
  double heartbeat_seconds = 0;       ///< 0: none
  std::string heartbeat_file = "heartbeat";
  double features_seconds = 60;  ///< how often it looks at its Machine/Job Features, for its shutdown time
};

/// Guests that act as VMs of the vacuum model do: boot, look for work, work or find nothing, leave a message,
/// power off.
class Workload : public Guests {
 public:
  /// `by_machinetype` is looked up by a server's metadata "machinetype"; a server of any other machinetype
  /// runs for ever. `service` outlives this.
  Workload(std::map<std::string, WorkSettings> by_machinetype, std::uint64_t seed, Moment start,
           GuestService& service)
      : settings_(std::move(by_machinetype)), random_(seed), start_(start), service_(service) {}

  [[nodiscard]] GuestStep started(const CloudServer& server, Moment now) override;
  [[nodiscard]] GuestStep woke(const CloudServer& server, Moment now) override;
  [[nodiscard]] GuestStep sent(const CloudServer& server, std::string_view file, Moment now) override;
  [[nodiscard]] GuestStep learned(const CloudServer& server, const GuestFeatures& features,
                                  Moment now) override;
  void ended(const CloudServer& server) override { guests_.erase(server.serial); }

  [[nodiscard]] const std::map<std::string, WorkSettings>& settings() const { return settings_; }
  /// How many shutdown messages were left, by machinetype and code; code 0 for a crash.
  [[nodiscard]] const std::map<std::string, std::map<int, std::uint64_t>>& outcomes() const {
    return outcomes_;
  }
  /// What the guest of a server knows of its features; null where it knows nothing.
  [[nodiscard]] const GuestFeatures* features_of(const CloudServer& server) const;

 private:
  struct Guest {
    const WorkSettings* settings = nullptr;
    bool booted = false;
    bool hung = false;
    bool leaving = false;  ///< its last message is under way
    Moment ends;           ///< of what it does now: its boot, its job, its search for work, its leaving
    Moment next_heartbeat = Moment::max();
    Moment next_look = Moment::max();  ///< at its features
    std::optional<GuestFeatures> features;
    int code = 200;  ///< what it will say in the end; 0: nothing
    std::string text;
  };

  void look_for_work(Guest& guest, Moment now);
  void draw_outcome(Guest& guest);
  [[nodiscard]] GuestStep wait(const Guest& guest) const;
  [[nodiscard]] GuestStep finish(const CloudServer& server, Guest& guest, Moment now);

  std::map<std::string, WorkSettings> settings_;
  RandomStream random_;
  Moment start_;
  GuestService& service_;
  std::unordered_map<std::uint64_t, Guest> guests_;
  std::map<std::string, std::map<int, std::uint64_t>> outcomes_;
};

}  // namespace vacuum::sim
