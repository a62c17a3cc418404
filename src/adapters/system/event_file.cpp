#include "adapters/system/event_file.hpp"

#include <utility>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "adapters/system/rotated_file.hpp"

namespace vacuum {
namespace {

/// More than any cycle tells; beyond it a disk that hangs costs events and not memory.
constexpr std::size_t kBufferBytesMax = 32 << 20;
/// Events that come within this time are written together.
constexpr Milliseconds kGather{100};
/// A disk that does not take a buffer within this time is as good as full.
constexpr Milliseconds kWriteDeadline{10'000};

Async<void> wait(Milliseconds duration) {
  const auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::steady_timer timer(executor, duration);
  co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
}

}  // namespace

EventFile::EventFile(std::string folder, EventLimits limits, Format format,
                     boost::asio::any_io_executor executor, Log& log)
    : folder_(std::move(folder)),
      limits_(limits),
      format_(std::move(format)),
      executor_(std::move(executor)),
      log_(log),
      worker_(1, kWriteDeadline) {}

EventFile::~EventFile() {
  *alive_ = false;
}

void EventFile::tell(Event event) {
  append(event);
  if (writing_ || buffer_.empty()) return;
  writing_ = true;
  auto guarded = [](EventFile& file, std::shared_ptr<bool> alive) -> Async<void> {
    co_await wait(kGather);
    if (*alive) co_await file.write_soon();
  };
  boost::asio::co_spawn(executor_, guarded(*this, alive_), boost::asio::detached);
}

void EventFile::append(const Event& event) {
  std::string line = format_(event);
  if (buffer_.size() + line.size() > kBufferBytesMax) {
    note_failure(fmt::format("{} does not answer in time", folder_), 1);
    return;
  }
  buffer_ += line;
  ++buffered_;
  last_ = event.time;
}

Async<void> EventFile::write_soon() {
  while (!buffer_.empty()) co_await write_buffer();
  writing_ = false;
}

Async<void> EventFile::write_buffer() {
  const std::uint64_t events = std::exchange(buffered_, 0);
  const TimePoint last = last_;
  std::string text = std::exchange(buffer_, {});
  if (disk_busy_->exchange(true)) {
    // The write before this one was given up and hangs: no second one is queued behind it.
    co_await wait(kWriteDeadline);
    co_return note_failure(fmt::format("{} does not answer in time", folder_), events);
  }
  auto job = [folder = folder_, limits = limits_, text = std::move(text), busy = disk_busy_] {
    auto failure = append_rotated(folder, "events.jsonl", text, limits.file_bytes, limits.files);
    *busy = false;
    return failure;
  };
  auto failure = co_await worker_.run(std::move(job));
  if (!failure) {
    note_failure(fmt::format("{} does not answer in time", folder_), events);
  } else if (!failure->empty()) {
    note_failure(*failure, events);
  } else {
    note_success(last);
  }
}

void EventFile::note_failure(const std::string& message, std::uint64_t lost) {
  if (lost_ == 0) log_.error("events are lost: {}; nothing else stops", message);
  lost_ += lost;
}

void EventFile::note_success(TimePoint last) {
  const std::uint64_t lost = std::exchange(lost_, 0);
  if (lost == 0) return;
  log_.warning("events are written again; {} were lost", lost);
  append({.time = last,
          .kind = EventKind::events_lost,
          .reason = fmt::format("{} events could not be written before this", lost),
          .details = {{"lost", fmt::format("{}", lost)}}});
}

Async<void> EventFile::flush() {
  constexpr Milliseconds kPoll{10};
  Milliseconds waited{0};
  while (writing_ && waited < 2 * kWriteDeadline) {
    co_await wait(kPoll);
    waited += kPoll;
  }
}

}  // namespace vacuum
