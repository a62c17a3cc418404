#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>

#include "ports/clock.hpp"
#include "sim/world/virtual_time.hpp"

namespace vacuum::sim {

/// One life of a simulated program. Whatever it does to its world passes a step here, and whatever it waits
/// for is kept here: so it can be killed between any two steps, and paused.
class Process {
 public:
  explicit Process(VirtualTime& time) : time_(time) {}
  ~Process() { kill(); }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// To be asked before and after each deed; true: the program ends here, and the caller waits for
  /// never_again().
  [[nodiscard]] bool ends_here();
  /// Never ends; the coroutine is destroyed by kill().
  Async<void> never_again();
  /// Ends after `duration`, or at once when `stop` is requested.
  Async<void> wait(Milliseconds duration, std::stop_token stop = {});

  /// The program ends at the `steps`-th step from now; `ended` is called then.
  void end_after(std::uint64_t steps, std::function<void()> ended);
  /// Destroys all that waits here. Called from an event of the time, never from a coroutine of the program;
  /// what remains of its coroutines is gone when the loop has settled.
  void kill();
  /// What is due until `until` happens then: SIGSTOP, SIGCONT.
  void pause_until(Moment until) { paused_until_ = std::max(paused_until_, until); }

  /// The same for `length`, from the `steps`-th step from now on.
  void pause_after(std::uint64_t steps, Milliseconds length) {
    pause_step_ = steps_ + steps;
    pause_length_ = length;
  }

  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] std::uint64_t steps() const { return steps_; }
  [[nodiscard]] VirtualTime& time() { return time_; }

 private:
  struct Wait {
    std::uint64_t number = 0;
    std::function<void()> resume;
  };

  void plan(const std::shared_ptr<Wait>& wait, Moment due);
  void resume(const std::shared_ptr<Wait>& wait);
  Async<void> suspend(std::optional<Moment> due, std::stop_token stop);

  VirtualTime& time_;
  std::map<std::uint64_t, std::shared_ptr<Wait>> waits_;
  std::uint64_t next_wait_ = 1;
  std::uint64_t steps_ = 0;
  std::optional<std::uint64_t> last_step_;
  std::function<void()> on_end_;
  std::optional<std::uint64_t> pause_step_;
  Milliseconds pause_length_{0};
  Moment paused_until_{};
  bool ended_ = false;
};

/// The clock of a program's host: its time of day may be wrong, and may be set.
class ProcessClock final : public Clock {
 public:
  /// `offset`: of the host's time of day; outlives this, as does `process`.
  ProcessClock(Process& process, const Seconds& offset) : process_(process), offset_(offset) {}

  [[nodiscard]] TimePoint now() const override { return in_seconds(process_.time().now()) + offset_; }
  [[nodiscard]] Milliseconds monotonic() const override { return process_.time().now().time_since_epoch(); }
  Async<void> sleep(Milliseconds duration, std::stop_token stop) override {
    return process_.wait(duration, std::move(stop));
  }

 private:
  Process& process_;
  const Seconds& offset_;
};

}  // namespace vacuum::sim
