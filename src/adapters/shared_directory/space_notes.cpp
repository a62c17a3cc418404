#include "adapters/shared_directory/space_notes.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "adapters/shared_directory/space_disk.hpp"
#include "base/text.hpp"

namespace vacuum::shared_directory {
namespace {

constexpr std::size_t kNoteBytesMax = 4096;
constexpr std::size_t kFailuresBytesMax = 1 << 20;
constexpr std::size_t kFailuresMax = 1000;
constexpr std::size_t kFaultTextMax = 300;
constexpr std::int64_t kStepMax = 1'000'000;
constexpr std::int64_t kUnixTimeMax = 100'000'000'000;
constexpr const char* kTimes = "last_abort_times";
constexpr const char* kCauses = "last_abort_causes";
constexpr const char* kFailures = "last_build_failures";
constexpr const char* kRamps = "ramps";

bool is_absent(const DiskError& error) {
  return error.code == ENOENT || error.code == ELOOP || error.code == ENOTDIR || error.code == EINVAL;
}

DiskResult<Directory> open_below(const std::string& shared, const std::string& folder,
                                 const SpaceName& space) {
  auto root = open_root(shared);
  if (!root) return root;
  auto kind = open_directory(*root, folder);
  if (!kind) return kind;
  return open_directory(*kind, space.text());
}

DiskResult<Directory> enter_below(const std::string& shared, const std::string& folder,
                                  const SpaceName& space) {
  auto root = open_root(shared);
  if (!root) return root;
  auto kind = enter_directory(*root, folder);
  if (!kind) return kind;
  return enter_directory(*kind, space.text());
}

std::optional<Stamp> look_at(const Directory& folder, const std::string& name) {
  struct stat status {};
  if (::fstatat(folder.descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  return stamp_of(status);
}

std::optional<TimePoint> parse_time(std::string_view text) {
  const auto seconds = parse_integer(trim(text));
  if (!seconds || *seconds < 1 || *seconds > kUnixTimeMax) return std::nullopt;
  return from_unix(*seconds);
}

/// "TIME MACHINE MESSAGE"; a machine that is not known is "-".
std::optional<LastAbort> parse_cause(std::string_view text) {
  const std::string_view line = trim(text);
  const auto first = line.find(' ');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = line.find(' ', first + 1);
  const auto time = parse_time(line.substr(0, first));
  if (!time) return std::nullopt;
  LastAbort abort{*time, MachineName{}, ""};
  const std::string_view machine = line.substr(first + 1, second - first - 1);
  if (is_machine_name(machine)) abort.machine = MachineName{std::string(machine)};
  if (second != std::string_view::npos) abort.message = printable(line.substr(second + 1), kFaultTextMax);
  return abort;
}

std::string format_cause(const LastAbort& abort) {
  const std::string machine = abort.machine.empty() ? "-" : abort.machine.text();
  return fmt::format("{} {} {}\n", to_unix(abort.time), machine, printable(abort.message, kFaultTextMax));
}

/// The last abort of one machinetype; nothing where no manager noted any that can be read as a time.
DiskResult<std::optional<LastAbort>> read_abort(const Directory& times, const DiskResult<Directory>& causes,
                                                const std::string& machinetype) {
  auto text = read_start(times, machinetype, kNoteBytesMax);
  if (!text) {
    if (is_absent(text.error())) return std::optional<LastAbort>{};
    return Failure{text.error()};
  }
  const auto time = parse_time(*text);
  if (!time) return std::optional<LastAbort>{};
  if (causes) {
    if (auto cause_text = read_start(*causes, machinetype, kNoteBytesMax)) {
      auto cause = parse_cause(*cause_text);
      if (cause && cause->time == *time) return cause;
    }
  }
  return std::optional(LastAbort{*time, MachineName{}, ""});
}

std::optional<BuildFailures> parse_failures(std::string_view line) {
  const auto parts = split(line, '\t');
  if (parts.size() != 6 || parts[0].empty()) return std::nullopt;
  const auto consecutive = parse_integer(parts[2]);
  const auto last = parse_time(parts[3]);
  const auto kind = parse_fault_kind(parts[4]);
  if (!consecutive || *consecutive < 1 || *consecutive > 1'000'000 || !last || !kind) return std::nullopt;
  BuildFailures failures;
  failures.flavor = FlavorName{parts[0]};
  if (!parts[1].empty()) failures.zone = ZoneName{parts[1]};
  failures.consecutive = static_cast<int>(*consecutive);
  failures.last = *last;
  failures.fault = {*kind, printable(parts[5], kFaultTextMax)};
  return failures;
}

std::string format_failures(const BuildFailures& failures) {
  return fmt::format("{}\t{}\t{}\t{}\t{}\t{}\n", failures.flavor, failures.zone ? failures.zone->text() : "",
                     failures.consecutive, to_unix(failures.last), to_string(failures.fault.kind),
                     printable(failures.fault.text, kFaultTextMax));
}

/// Nothing for a line that is torn or not ours: the ramp begins anew.
std::optional<Ramp> parse_ramp(std::string_view text) {
  const auto parts = split(trim(text), '\t');
  if (parts.size() != 4) return std::nullopt;
  const auto step = parse_integer(parts[0]);
  const auto since = parse_time(parts[1]);
  const auto set_back = parse_time(parts[2]);
  if (!step || *step < 0 || *step > kStepMax || !since || (!set_back && !parts[2].empty()))
    return std::nullopt;
  return Ramp{*step, *since, set_back, printable(parts[3], kFaultTextMax)};
}

std::string format_ramp(const Ramp& ramp) {
  return fmt::format("{}\t{}\t{}\t{}\n", ramp.step_millionths, to_unix(ramp.since),
                     ramp.set_back ? fmt::format("{}", to_unix(*ramp.set_back)) : "",
                     printable(ramp.why, kFaultTextMax));
}

bool holds_control_characters(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

/// A note that is one file: FOLDER/SPACE. `parse` makes the value from its text.
template <class Note, class Parse>
StoreResult<Stamped<Note>> read_note_file(const std::string& shared, const char* folder_name,
                                          const SpaceName& space, Stamped<Note> known, std::size_t bytes_max,
                                          Parse parse) {
  auto root = open_root(shared);
  if (!root) return to_store_error(root.error());
  auto folder = open_directory(*root, folder_name);
  if (!folder) {
    if (is_absent(folder.error())) return Stamped<Note>{};
    return to_store_error(folder.error());
  }
  const auto stamp = look_at(*folder, space.text());
  if (stamp && stamp == known.stamp) return known;
  auto text = read_start(*folder, space.text(), bytes_max);
  if (!text) {
    if (is_absent(text.error())) return Stamped<Note>{};
    return to_store_error(text.error());
  }
  Stamped<Note> read;
  if (stamp && is_settled(*stamp)) read.stamp = stamp;
  read.value = parse(*text);
  return read;
}

StoreResult<Done> write_note_file(const std::string& shared, const char* folder_name, const SpaceName& space,
                                  const std::string& text) {
  auto root = open_root(shared);
  if (!root) return to_store_error(root.error());
  auto folder = enter_directory(*root, folder_name);
  if (!folder) return to_store_error(folder.error());
  auto written = replace_file(*folder, space.text(), text, 0644);
  if (!written) return to_store_error(written.error());
  return Done{};
}

}  // namespace

StoreResult<std::vector<StampedAbort>> SpaceNotes::last_aborts(
    const std::vector<MachinetypeName>& machinetypes, std::vector<StampedAbort> known) const {
  known.resize(machinetypes.size());
  auto times = open_below(shared_, kTimes, space_);
  if (!times) {
    if (!is_absent(times.error())) return to_store_error(times.error());
    return std::vector<StampedAbort>(machinetypes.size());
  }
  const auto causes = open_below(shared_, kCauses, space_);
  for (std::size_t i = 0; i < machinetypes.size(); ++i) {
    const std::string& name = machinetypes[i].text();
    const auto stamp = is_machinetype_name(name) ? look_at(*times, name) : std::nullopt;
    if (stamp && stamp == known[i].stamp) continue;
    known[i] = {};
    if (!is_machinetype_name(name)) continue;
    auto abort = read_abort(*times, causes, name);
    if (!abort) return to_store_error(abort.error());
    if (stamp && is_settled(*stamp)) known[i].stamp = stamp;
    known[i].value = std::move(*abort);
  }
  return known;
}

StoreResult<Done> SpaceNotes::set_last_abort(const MachinetypeName& machinetype,
                                             const LastAbort& abort) const {
  if (!is_machinetype_name(machinetype.text())) {
    const std::string name = printable(machinetype.text());
    return Failure{StoreError{StoreDecision::retry, fmt::format("'{}' is no machinetype's name", name)}};
  }
  auto times = enter_below(shared_, kTimes, space_);
  if (!times) return to_store_error(times.error());
  auto causes = enter_below(shared_, kCauses, space_);
  if (!causes) return to_store_error(causes.error());
  const std::string& name = machinetype.text();
  auto noted = read_abort(*times, causes, name);
  if (!noted) return to_store_error(noted.error());
  if (*noted && (*noted)->time > abort.time) return Done{};
  // The cause first: it counts for nothing until the time beside it is the same.
  auto caused = replace_file(*causes, name, format_cause(abort), 0644);
  if (!caused) return to_store_error(caused.error());
  auto written = replace_file(*times, name, fmt::format("{}\n", to_unix(abort.time)), 0644);
  if (!written) return to_store_error(written.error());
  return Done{};
}

StoreResult<StampedFailures> SpaceNotes::build_failures(StampedFailures known) const {
  const auto parse = [](const std::string& text) {
    std::vector<BuildFailures> all;
    for (const auto& line : split(text, '\n')) {
      auto failures = parse_failures(line);
      if (failures && all.size() < kFailuresMax) all.push_back(std::move(*failures));
    }
    return all;
  };
  return read_note_file(shared_, kFailures, space_, std::move(known), kFailuresBytesMax, parse);
}

StoreResult<Done> SpaceNotes::set_build_failures(const std::vector<BuildFailures>& failures) const {
  std::string text;
  for (const auto& one : failures) {
    // Names that would not survive a line of tabs come from no cloud.
    if (holds_control_characters(one.flavor.text())) continue;
    if (one.zone && holds_control_characters(one.zone->text())) continue;
    text += format_failures(one);
  }
  return write_note_file(shared_, kFailures, space_, text);
}

StoreResult<StampedRamp> SpaceNotes::ramp(StampedRamp known) const {
  return read_note_file(shared_, kRamps, space_, std::move(known), kNoteBytesMax,
                        [](const std::string& text) { return parse_ramp(text); });
}

StoreResult<Done> SpaceNotes::set_ramp(const std::optional<Ramp>& ramp) const {
  return write_note_file(shared_, kRamps, space_, ramp ? format_ramp(*ramp) : "");
}

}  // namespace vacuum::shared_directory
