#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "ports/access_log.hpp"

namespace vacuum {

/// Lines as other servers write them ("combined", with the time that the answer took at the end):
///
///     ADDRESS - "IDENTITY" [25/Nov/2026:18:06:02 +0000] "METHOD PATH" STATUS BYTES MILLISECONDS
///
/// A thread of its own writes them. What it cannot keep up with is dropped, counted, and told in the file.
class AccessLogFile final : public AccessLog {
 public:
  /// `path`: absolute.
  explicit AccessLogFile(std::string path);
  /// Writes what is left.
  ~AccessLogFile() override;

  void write(const AccessRecord& record) override;
  /// Opens the file of the same name anew, after it was moved away; what was written before went to the old
  /// one.
  void reopen();
  /// Why lines do not reach the file; empty when they do.
  [[nodiscard]] std::string problem() const;
  /// Lines that were lost, since the start.
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  void run();
  void open();
  void put(const std::string& lines);

  const std::string path_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::string waiting_;  ///< lines that are not written yet
  std::uint64_t dropped_ = 0;
  std::uint64_t told_dropped_ = 0;
  std::string problem_;
  bool reopen_ = false;
  bool ending_ = false;
  int descriptor_ = -1;  ///< the thread's
  std::thread thread_;
};

/// One line, with its newline. What comes from strangers cannot break it or forge another.
[[nodiscard]] std::string access_line(const AccessRecord& record, TimePoint now);

}  // namespace vacuum
