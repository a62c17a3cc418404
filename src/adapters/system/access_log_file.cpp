#include "adapters/system/access_log_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "ports/descriptor.hpp"

namespace vacuum {
namespace {

constexpr std::size_t kWaitingBytesMax = 4 << 20;
constexpr std::size_t kWakeBytes = 64 << 10;
constexpr Milliseconds kInterval{200};  // so long a line may wait for others
constexpr std::size_t kFieldBytesMax = 1024;

/// As other servers escape: \xHH for all that is not printable ASCII, and for quote and backslash.
std::string escaped(std::string_view text) {
  std::string out;
  for (const unsigned char c : text.substr(0, kFieldBytesMax)) {
    if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') {
      fmt::format_to(std::back_inserter(out), "\\x{:02X}", c);
    } else {
      out += static_cast<char>(c);
    }
  }
  if (text.size() > kFieldBytesMax) out += "...";
  return out;
}

}  // namespace

std::string access_line(const AccessRecord& record, TimePoint now) {
  return fmt::format("{} - \"{}\" [{:%d/%b/%Y:%H:%M:%S} +0000] \"{} {}\" {} {} {}\n", record.peer,
                     record.identity.empty() ? "-" : escaped(record.identity),
                     fmt::gmtime(static_cast<std::time_t>(to_unix(now))), escaped(record.method),
                     escaped(record.path), record.status, record.bytes, record.took.count());
}

AccessLogFile::AccessLogFile(std::string path) : path_(std::move(path)) {
  open();
  thread_ = std::thread([this] { run(); });
}

AccessLogFile::~AccessLogFile() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
  if (descriptor_ >= 0) ::close(descriptor_);
}

void AccessLogFile::write(const AccessRecord& record) {
  const auto now = std::chrono::floor<Seconds>(std::chrono::system_clock::now());
  const std::string line = access_line(record, now);
  bool many = false;
  {
    const std::scoped_lock lock(mutex_);
    if (waiting_.size() + line.size() > kWaitingBytesMax) {
      ++dropped_;
      return;
    }
    const bool few = waiting_.size() < kWakeBytes;
    waiting_ += line;
    many = few && waiting_.size() >= kWakeBytes;
  }
  if (many) wake_.notify_one();
}

void AccessLogFile::reopen() {
  {
    const std::scoped_lock lock(mutex_);
    reopen_ = true;
  }
  wake_.notify_one();
}

std::string AccessLogFile::problem() const {
  const std::scoped_lock lock(mutex_);
  return problem_;
}

std::uint64_t AccessLogFile::dropped() const {
  const std::scoped_lock lock(mutex_);
  return dropped_;
}

void AccessLogFile::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait_for(lock, kInterval, [&] { return ending_ || reopen_ || waiting_.size() >= kWakeBytes; });
    std::string lines = std::exchange(waiting_, std::string());
    if (dropped_ > told_dropped_) {
      lines += fmt::format("# {} lines were lost: they came faster than they can be written\n",
                           dropped_ - told_dropped_);
      told_dropped_ = dropped_;
    }
    const bool reopening = std::exchange(reopen_, false);
    const bool ending = ending_;
    lock.unlock();
    put(lines);
    if (reopening) open();
    lock.lock();
    if (ending && waiting_.empty()) return;
  }
}

void AccessLogFile::open() {
  const int opened = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0640);
  const int code = opened < 0 ? errno : 0;
  if (opened >= 0) {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = opened;
  }
  const std::scoped_lock lock(mutex_);
  problem_ = code == 0 ? std::string()
                       : fmt::format("cannot open {}: {}", path_, std::system_category().message(code));
}

void AccessLogFile::put(const std::string& lines) {
  const int code = descriptor_ < 0 ? 0 : write_all(descriptor_, lines);
  if (code == 0) return;
  const std::scoped_lock lock(mutex_);
  problem_ = fmt::format("cannot write to {}: {}", path_, std::system_category().message(code));
}

}  // namespace vacuum
