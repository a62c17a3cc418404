#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "ports/disk_worker.hpp"
#include "ports/event_sink.hpp"
#include "ports/log.hpp"

namespace vacuum {

/// How much of the past is kept.
struct EventLimits {
  std::int64_t file_bytes = 100 << 20;  ///< of one file before the next is begun
  int files = 10;                       ///< that are kept, the one being written included

  friend bool operator==(const EventLimits&, const EventLimits&) = default;
};

/// Appends events to FOLDER/events.jsonl; what is older is in events.jsonl.1, .2 and so on. This process
/// alone writes there.
///
/// tell() only adds to a buffer: what came together is written together, by a thread of its own, so neither a
/// slow nor a full disk delays the loop. What cannot be written is lost, which the log says once, and an
/// event of the kind events_lost when writing goes on.
class EventFile final : public EventSink {
 public:
  /// One event as a line that ends with a newline.
  using Format = std::function<std::string(const Event&)>;

  /// `folder` is made where it is not. `log` outlives this; all is called on the executor's thread.
  EventFile(std::string folder, EventLimits limits, Format format, boost::asio::any_io_executor executor,
            Log& log);
  ~EventFile() override;

  void tell(Event event) override;
  /// From the next write on.
  void set_limits(EventLimits limits) { limits_ = limits; }
  /// Ends when all that was told before is written or lost. For the end of a program; bounded in time.
  Async<void> flush();

 private:
  Async<void> write_soon();
  Async<void> write_buffer();
  void note_failure(const std::string& message, std::uint64_t lost);
  void note_success(TimePoint last);
  void append(const Event& event);

  std::string folder_;
  EventLimits limits_;
  Format format_;
  boost::asio::any_io_executor executor_;
  Log& log_;
  DiskWorker worker_;
  std::string buffer_;
  std::uint64_t buffered_ = 0;  ///< events in the buffer
  TimePoint last_{};            ///< time of the last of them
  std::uint64_t lost_ = 0;      ///< since writing failed
  bool writing_ = false;
  std::shared_ptr<std::atomic<bool>> disk_busy_ = std::make_shared<std::atomic<bool>>(false);
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace vacuum
