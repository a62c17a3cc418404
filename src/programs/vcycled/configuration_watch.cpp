#include "programs/vcycled/configuration_watch.hpp"

#include <utility>

namespace vacuum {

Async<void> ConfigurationWatch::read(Reload reload) {
  must_read_ = must_read_ || reload == Reload::always;
  if (std::exchange(reads_, true)) co_return;
  do {
    auto job = [disk = disk_, always = std::exchange(must_read_, false)]() -> std::optional<Configuration> {
      if (!always && !disk->changed()) return std::nullopt;
      return disk->load();
    };
    auto outcome = co_await worker_.run(std::move(job));
    if (!outcome) {
      log_.error("the files of the configuration do not answer in time; the last good one stays in force");
      must_read_ = true;  // what that look may still find out is lost
      break;
    }
    if (*outcome) {
      next_ = std::move(**outcome);
      changed_();
    }
  } while (must_read_);
  reads_ = false;
}

Async<void> ConfigurationWatch::run(Milliseconds interval, std::stop_token stop) {
  while (!stop.stop_requested()) {
    co_await clock_.sleep(interval, stop);
    if (!stop.stop_requested()) co_await read(Reload::if_changed);
  }
}

}  // namespace vacuum
