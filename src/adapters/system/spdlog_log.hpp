#pragma once

#include <memory>
#include <string>

#include "ports/log.hpp"

namespace vacuum {

struct LogOptions {
  LogLevel level = LogLevel::info;
  std::string file;  ///< absolute path; empty: standard error
};

/// Lines "2026-11-22T10:35:26.123Z info  text", each written at once and whole. Safe from any thread.
class SpdlogLog final : public Log {
 public:
  /// A file that cannot be opened is told by problem(); lines go to standard error then.
  explicit SpdlogLog(LogOptions options);
  ~SpdlogLog() override;

  void write(LogLevel level, std::string_view line) override;
  [[nodiscard]] bool wants(LogLevel level) const override;

  /// Opens the file of the same name anew, after it was moved away (logrotate). Where that fails, lines go on
  /// into the old one, and the first of them says so.
  void reopen();
  /// Why lines do not go where they were meant to go; empty when they do.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  class Output;

  LogLevel level_;
  std::string problem_;
  std::shared_ptr<Output> output_;
};

}  // namespace vacuum
