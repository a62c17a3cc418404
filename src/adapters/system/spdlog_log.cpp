#include "adapters/system/spdlog_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <system_error>
#include <utility>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>

namespace vacuum {
namespace {

constexpr const char* kPattern = "%Y-%m-%dT%H:%M:%S.%eZ %-7l %v";
constexpr int kWholeLineTries = 100;

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

/// A line is one line, whatever text of strangers is in it.
std::string one_line(std::string_view text) {
  std::string line(text);
  std::ranges::replace_if(
      line, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return line;
}

}  // namespace

/// Writes formatted lines to a descriptor, which spdlog's own file sinks cannot open anew.
class SpdlogLog::Output final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit Output(std::string file)
      : base_sink(std::make_unique<spdlog::pattern_formatter>(kPattern, spdlog::pattern_time_type::utc)),
        file_(std::move(file)) {}
  ~Output() override { close(); }

  /// 0, or what the system said; the old file stays in use then.
  int open() {
    const std::scoped_lock lock(mutex_);
    if (file_.empty()) return 0;
    const int opened = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0640);
    if (opened < 0) return errno;
    close();
    descriptor_ = opened;
    return 0;
  }
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t formatted;
    formatter_->format(message, formatted);
    std::string_view rest(formatted.data(), formatted.size());
    for (int tries = 0; !rest.empty() && tries < kWholeLineTries; ++tries) {
      const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
      if (written < 0 && errno != EINTR) return;  // a full disk: nobody is left to be told
      if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void flush_() override {}

  void close() {
    if (descriptor_ != STDERR_FILENO) ::close(descriptor_);
    descriptor_ = STDERR_FILENO;
  }

  std::string file_;
  int descriptor_ = STDERR_FILENO;
};

SpdlogLog::SpdlogLog(LogOptions options)
    : level_(options.level), output_(std::make_shared<Output>(std::move(options.file))) {
  if (const int code = output_->open(); code != 0) {
    problem_ = fmt::format("cannot open {}: {}", output_->file(), std::system_category().message(code));
  }
}

SpdlogLog::~SpdlogLog() = default;

void SpdlogLog::write(LogLevel level, std::string_view line) {
  if (!wants(level)) return;
  const std::string text = one_line(line);
  const spdlog::string_view_t payload(text.data(), text.size());
  output_->log(spdlog::details::log_msg(spdlog::string_view_t{}, to_spdlog(level), payload));
}

bool SpdlogLog::wants(LogLevel level) const {
  return level >= level_;
}

void SpdlogLog::reopen() {
  const int code = output_->open();
  problem_.clear();
  if (code == 0) return;
  problem_ = fmt::format("cannot open {} anew: {}", output_->file(), std::system_category().message(code));
  write(LogLevel::error, problem_);
}

}  // namespace vacuum
