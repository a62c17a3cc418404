#include "reports/apel_record.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/text.hpp"

namespace vacuum {
namespace {

constexpr std::size_t kValueLengthMax = 255;
constexpr std::size_t kKeyBytes = 7;

/// A value that ends neither its line nor the record: readers split messages at "%%".
std::string one_line(const std::string& text) {
  std::string line = printable(text, kValueLengthMax);
  for (auto end = line.find("%%"); end != std::string::npos; end = line.find("%%")) line.erase(end, 1);
  return line;
}

/// "Key: value" lines in the order of their coming.
class Lines {
 public:
  template <class Value>
  Lines& add(std::string_view key, const Value& value) {
    text_ += fmt::format("{}: {}\n", key, one_line(fmt::format("{}", value)));
    return *this;
  }
  [[nodiscard]] std::string end() { return std::move(text_) + "%%\n"; }

 private:
  std::string text_;
};

/// The labels of the space's name, the last one first: /DC=org/DC=example/DC=vcycle01.
std::string user_name(const SpaceName& space) {
  std::string name;
  for (const std::string& label : split(space.text(), '.')) {
    if (!label.empty()) name = "/DC=" + label + name;
  }
  return name;
}

/// With one decimal place at least: "1.0", "10.25".
std::string decimal(double value) {
  std::string text = fmt::format("{:.10g}", value);
  if (text.find_first_not_of("0123456789") == std::string::npos) text += ".0";
  return text;
}

}  // namespace

std::string job_record_text(const JobRecord& record) {
  const std::int64_t wall_seconds = std::max<std::int64_t>((record.stopped - record.started).count(), 0);
  Lines lines;
  lines.add("APEL-individual-job-message", "v0.3")
      .add("Site", record.site)
      .add("SubmitHost", fmt::format("{}/vcycle-{}", record.space, record.manager))
      .add("LocalJobId", record.server_id.empty() ? record.machine.text() : record.server_id.text())
      .add("LocalUserId", record.machine)
      .add("Queue", record.machinetype)
      .add("GlobalUserName", user_name(record.space));
  if (!record.fqan.empty()) lines.add("FQAN", record.fqan);
  lines.add("WallDuration", wall_seconds)
      .add("CpuDuration", wall_seconds)
      .add("Processors", record.processors)
      .add("NodeCount", 1)
      .add("InfrastructureDescription", "APEL-VCYCLE")
      .add("InfrastructureType", "grid")
      .add("StartTime", to_unix(record.started))
      .add("EndTime", to_unix(record.stopped));
  if (record.memory_mb > 0) {
    const std::int64_t memory_kb = std::int64_t{record.memory_mb} * 1024;
    lines.add("MemoryReal", memory_kb).add("MemoryVirtual", memory_kb);
  }
  lines.add("ServiceLevelType", "HEPSPEC").add("ServiceLevel", decimal(record.hs06_per_processor));
  return lines.end();
}

std::string job_record_key(const SpaceName& space, const MachineName& machine) {
  return accounting_key(fmt::format("{}/{}", space, machine));
}

std::string accounting_day(TimePoint time) {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(time)};
  return fmt::format("{:04}{:02}{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

std::string accounting_key(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  // SHA-256 of a text in memory fails only where OpenSSL itself is broken; the digest is all zeros then.
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  std::string key;
  for (std::size_t i = 0; i < kKeyBytes; ++i) key += fmt::format("{:02x}", digest[i]);
  return key;
}

}  // namespace vacuum
