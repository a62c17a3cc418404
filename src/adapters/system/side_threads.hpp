#pragma once

#include "ports/disk_worker.hpp"
#include "ports/side_work.hpp"

namespace vacuum {

/// Side work on a few threads of its own, apart from those that wait for disks.
class SideThreads final : public SideWork {
 public:
  Async<bool> run(std::function<void()> work) override {
    auto job = [work = std::move(work)] {
      work();
      return true;
    };
    const auto done = co_await worker_.run(std::move(job));
    co_return done.has_value();
  }

 private:
  static constexpr std::size_t kThreads = 2;
  static constexpr Milliseconds kDeadline{120'000};  // a creation that waits so long is better tried again
  DiskWorker worker_{kThreads, kDeadline};
};

}  // namespace vacuum
