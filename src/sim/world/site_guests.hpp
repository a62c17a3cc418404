#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "sim/guests.hpp"
#include "sim/world/directory.hpp"
#include "sim/world/job_queue.hpp"

namespace vacuum::sim {

/// What the VMs of one machinetype have done so far.
struct GuestTally {
  std::uint64_t booted = 0;
  std::uint64_t jobs_done = 0;
  std::uint64_t jobs_lost = 0;  ///< begun, not finished
  std::uint64_t found_no_work = 0;
  std::uint64_t failed = 0;  ///< ended with another message of failure
  std::uint64_t crashed = 0;
  double busy_processor_seconds = 0;  ///< of jobs that were done
};

/// The truth about one VM, for checks.
struct GuestLife {
  SpaceName space{};
  MachinetypeName machinetype{};
  Moment launched;
  Moment ended;
  Moment heard;           ///< until when it gave signs of life, where it gives any; else when it ended
  bool vanished = false;  ///< ended without a deletion while it still ran
};

/// What a machinetype's VMs are like.
struct GuestSettings {
  JobQueue* queue = nullptr;      ///< null: never any work
  Milliseconds life{86'400'000};  ///< max_wallclock: no job that would not fit is begun
};

/// The VMs of one space: they boot, fetch jobs of their experiment's queue, say how it went and power off.
class SiteGuests final : public Guests {
 public:
  /// `directory` outlives this. `flavors` gives the processors of a server.
  SiteGuests(SpaceName space, std::map<std::string, GuestSettings> by_machinetype, std::uint64_t seed,
             Directory& directory, std::function<int(const CloudServer&)> processors)
      : space_(std::move(space)),
        settings_(std::move(by_machinetype)),
        random_(seed),
        directory_(directory),
        processors_(std::move(processors)) {}

  [[nodiscard]] GuestStep started(const CloudServer& server, Moment now) override;
  [[nodiscard]] GuestStep woke(const CloudServer& server, Moment now) override;
  [[nodiscard]] GuestStep sent(const CloudServer&, std::string_view, Moment) override { return {}; }
  /// A shutdown time has been announced.
  [[nodiscard]] GuestStep learned(const CloudServer& server, const GuestFeatures& features,
                                  Moment now) override;
  void ended(const CloudServer& server) override;

  [[nodiscard]] std::optional<TimePoint> heartbeat(const MachineName& name, Moment now) const;
  /// Until when a VM that is well and works on a job may go on; nothing where it is not well, has no job, or
  /// was told to end.
  [[nodiscard]] std::optional<Moment> well_until(const MachineName& name) const;
  /// The number of the server whose guest has this name.
  [[nodiscard]] std::optional<std::uint64_t> serial_of(const MachineName& name) const;
  [[nodiscard]] const std::map<std::string, GuestTally>& tallies() const { return tallies_; }
  /// How many VMs of a machinetype work on a job now.
  [[nodiscard]] std::uint64_t busy(const std::string& machinetype) const;

  /// Called at the end of each VM; `now` is the time that the guests know.
  std::function<void(const CloudServer&, const GuestLife&)> on_end;
  std::function<Moment()> now;

 private:
  enum class Doing : std::uint8_t { boots, works, idles, hangs };
  struct Guest {
    const GuestSettings* settings = nullptr;
    std::string machinetype;
    Doing doing = Doing::boots;
    Moment launched;
    Moment up;     ///< when it had booted
    Moment since;  ///< when it began what it does
    Moment ends;   ///< of what it does
    Moment life_ends;
    int jobs = 0;  ///< that it has done
    int code = 0;  ///< how its job will end; 0: with a crash
    bool told_to_end = false;
  };

  GuestStep look_for_work(const CloudServer& server, Guest& guest, Moment now);
  GuestStep finish_job(const CloudServer& server, Guest& guest, Moment now);
  GuestStep leave(const CloudServer& server, int code, std::string_view text);
  void draw_job(Guest& guest, const QueueSettings& queue, Milliseconds length, Moment now);
  void end_job(Guest& guest);
  [[nodiscard]] std::optional<TimePoint> last_heartbeat(const Guest& guest, Moment now) const;

  SpaceName space_;
  std::map<std::string, GuestSettings> settings_;
  RandomStream random_;
  Directory& directory_;
  std::function<int(const CloudServer&)> processors_;
  std::unordered_map<std::uint64_t, Guest> guests_;
  std::unordered_map<std::string, std::uint64_t> serials_;
  std::map<std::string, GuestTally> tallies_;
  std::map<std::string, std::uint64_t> busy_;
};

}  // namespace vacuum::sim
