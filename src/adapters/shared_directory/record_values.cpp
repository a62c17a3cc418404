#include "adapters/shared_directory/record_values.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum::shared_directory {
namespace {

constexpr std::size_t kTextLengthMax = 255;
constexpr std::int64_t kUnixTimeMax = 100'000'000'000;  // a year beyond 5000: no time of ours
constexpr std::int64_t kProcessorsMax = 1'000'000;
constexpr std::int64_t kMemoryMbMax = 1'000'000'000;
constexpr std::int64_t kWallclockSecondsMax = 10'000'000'000;

/// One value of a record: its file, and how the file's text and the record's member become each other.
struct Value {
  const char* path;
  std::optional<std::string> (*write)(const MachineRecord&);
  void (*read)(MachineRecord&, std::string_view);
};

std::optional<std::int64_t> integer_within(std::string_view text, std::int64_t least, std::int64_t most) {
  const auto value = parse_integer(text);
  return value && *value >= least && *value <= most ? value : std::nullopt;
}

std::optional<std::string> write_time(const std::optional<TimePoint>& time) {
  return time ? std::optional(fmt::format("{}", to_unix(*time))) : std::nullopt;
}

std::optional<TimePoint> read_time(std::string_view text) {
  const auto seconds = integer_within(text, 1, kUnixTimeMax);
  return seconds ? std::optional(from_unix(*seconds)) : std::nullopt;
}

std::optional<std::string> write_text(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

std::string read_text(std::string_view text) {
  const bool one_line = std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  return one_line && text.size() <= kTextLengthMax ? std::string(text) : std::string();
}

std::optional<std::string> write_count(int count) {
  return count > 0 ? std::optional(fmt::format("{}", count)) : std::nullopt;
}

int read_count(std::string_view text, std::int64_t most) {
  return static_cast<int>(integer_within(text, 1, most).value_or(0));
}

using Record = MachineRecord;
constexpr std::array kValues{
    Value{"created", [](const Record& r) { return write_time(r.created); },
          [](Record& r, std::string_view text) { r.created = read_time(text); }},
    Value{"accounted", [](const Record& r) { return write_time(r.accounted); },
          [](Record& r, std::string_view text) { r.accounted = read_time(text); }},
    Value{"machinetype_name", [](const Record& r) { return write_text(r.machinetype.text()); },
          [](Record& r, std::string_view text) {
            if (is_machinetype_name(text)) r.machinetype = MachinetypeName{std::string(text)};
          }},
    Value{kManagerFile, [](const Record& r) { return write_text(r.manager.text()); },
          [](Record& r, std::string_view text) { r.manager = ManagerName{read_text(text)}; }},
    Value{kIncarnationFile, [](const Record& r) { return write_text(r.incarnation.text()); },
          [](Record& r, std::string_view text) {
            if (is_incarnation_id(text)) r.incarnation = IncarnationId{std::string(text)};
          }},
    Value{"instance_id", [](const Record& r) { return write_text(r.server_id.text()); },
          [](Record& r, std::string_view text) { r.server_id = ServerId{read_text(text)}; }},
    Value{"flavor_name", [](const Record& r) { return write_text(r.flavor.text()); },
          [](Record& r, std::string_view text) { r.flavor = FlavorName{read_text(text)}; }},
    Value{"zone", [](const Record& r) { return write_text(r.zone.text()); },
          [](Record& r, std::string_view text) { r.zone = ZoneName{read_text(text)}; }},
    Value{"accounting_fqan", [](const Record& r) { return write_text(r.accounting_fqan); },
          [](Record& r, std::string_view text) { r.accounting_fqan = read_text(text); }},
    Value{"memory_mb", [](const Record& r) { return write_count(r.memory_mb); },
          [](Record& r, std::string_view text) { r.memory_mb = read_count(text, kMemoryMbMax); }},
    Value{"jobfeatures/allocated_cpu", [](const Record& r) { return write_count(r.processors); },
          [](Record& r, std::string_view text) { r.processors = read_count(text, kProcessorsMax); }},
    Value{"machinefeatures/hs06",
          [](const Record& r) { return r.hs06 ? std::optional(fmt::format("{}", *r.hs06)) : std::nullopt; },
          [](Record& r, std::string_view text) {
            const auto value = parse_number(text);
            if (value && *value > 0 && *value < 1e9) r.hs06 = value;
          }},
    Value{"jobfeatures/wall_limit_secs",
          [](const Record& r) {
            return r.max_wallclock ? std::optional(fmt::format("{}", r.max_wallclock->count()))
                                   : std::nullopt;
          },
          [](Record& r, std::string_view text) {
            if (const auto value = integer_within(text, 1, kWallclockSecondsMax))
              r.max_wallclock = Seconds{*value};
          }},
    Value{"jobfeatures/shutdowntime_job", [](const Record& r) { return write_time(r.shutdown_time); },
          [](Record& r, std::string_view text) { r.shutdown_time = read_time(text); }},
    Value{"jobfeatures/grace_secs_job",
          [](const Record& r) {
            return r.promised_grace ? std::optional(fmt::format("{}", r.promised_grace->count()))
                                    : std::nullopt;
          },
          [](Record& r, std::string_view text) {
            if (const auto value = integer_within(text, 1, kWallclockSecondsMax))
              r.promised_grace = Seconds{*value};
          }},
    Value{"started", [](const Record& r) { return write_time(r.started); },
          [](Record& r, std::string_view text) { r.started = read_time(text); }},
    Value{"stopped", [](const Record& r) { return write_time(r.stopped); },
          [](Record& r, std::string_view text) { r.stopped = read_time(text); }},
    Value{"deleted", [](const Record& r) { return write_time(r.deleted); },
          [](Record& r, std::string_view text) { r.deleted = read_time(text); }},
};

}  // namespace

MachineRecord read_record(const MachineName& name, const ValueReader& read) {
  MachineRecord record;
  record.name = name;
  for (const auto& value : kValues) {
    const auto content = read(value.path);
    if (content) value.read(record, trim(*content));
  }
  return record;
}

std::vector<RecordFile> changed_values(const MachineRecord& record, const MachineRecord* known) {
  std::vector<RecordFile> files;
  for (const auto& value : kValues) {
    const auto text = value.write(record);
    if (text && (known == nullptr || text != value.write(*known)))
      files.push_back({value.path, *text + "\n"});
  }
  return files;
}

std::vector<RecordFile> with_values(std::vector<RecordFile> files, std::vector<RecordFile> values) {
  std::set<std::string> given;
  for (const auto& file : files) given.insert(file.path);
  for (auto& value : values) {
    if (!given.contains(value.path)) files.push_back(std::move(value));
  }
  return files;
}

}  // namespace vacuum::shared_directory
