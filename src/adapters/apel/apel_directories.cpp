#include "adapters/apel/apel_directories.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace vacuum::apel {
namespace {

constexpr std::string_view kArchive = "apel-archive";
constexpr std::string_view kOutgoing = "apel-outgoing";
constexpr std::string_view kStaging = "apel-staging";
constexpr std::string_view kSend = "send";
constexpr std::string_view kKeep = "keep";
/// Ends the name of a file that is still being written.
constexpr std::string_view kUnfinished = ".unfinished";
constexpr std::size_t kRecordBytesMax = 1 << 16;
constexpr std::size_t kDaysMax = 100'000;
constexpr std::size_t kStagedMax = 100'000;
constexpr std::size_t kRecordsOfADayMax = 10'000'000;
/// How often a directory that SSM tidied away is made again.
constexpr int kMovesMax = 10;

bool are_hexadecimal(std::string_view text, std::size_t length) {
  return text.size() == length && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}
bool is_day(std::string_view text) {
  return are_hexadecimal(text, 8);
}
bool is_key(std::string_view text) {
  return are_hexadecimal(text, 14);
}

std::string joined(const std::string& directory, std::string_view name) {
  return fmt::format("{}/{}", directory, name);
}

Failure<StoreError> bad_name(std::string_view what) {
  return Failure{StoreError{StoreDecision::retry, fmt::format("'{}' names no accounting record", what)}};
}

}  // namespace

/// A record on its way, as its name tells.
struct ApelDirectories::Staged {
  std::string name;
  std::string day;
  std::string key;
  AccountingRecord::Sending sending{};

  static Staged of(const AccountingRecord& record) {
    const auto how = record.sending == AccountingRecord::Sending::send ? kSend : kKeep;
    return {fmt::format("{}.{}.{}", record.day, record.key, how), record.day, record.key, record.sending};
  }
  /// Nothing for a file that is none: what writing left unfinished, or an admin put there.
  static std::optional<Staged> parse(const std::string& name) {
    constexpr std::size_t kKeyAt = 9;
    constexpr std::size_t kHowAt = 24;
    if (name.size() != kHowAt + 4 || name[kKeyAt - 1] != '.' || name[kHowAt - 1] != '.') return std::nullopt;
    const std::string how = name.substr(kHowAt);
    Staged staged{name, name.substr(0, kKeyAt - 1), name.substr(kKeyAt, kHowAt - 1 - kKeyAt)};
    staged.sending = how == kSend ? AccountingRecord::Sending::send : AccountingRecord::Sending::archive_only;
    const bool known = is_day(staged.day) && is_key(staged.key) && (how == kSend || how == kKeep);
    return known ? std::optional(staged) : std::nullopt;
  }
};

std::string ApelDirectories::path(std::string_view part) const {
  return joined(state_, part);
}

StoreResult<Done> ApelDirectories::record(const AccountingRecord& record) {
  if (!is_day(record.day) || !is_key(record.key))
    return bad_name(fmt::format("{}/{}", record.day, record.key));
  const std::lock_guard lock(one_at_a_time_);
  if (auto made = make_parts(); !made) return made;
  if (auto taken = take_all_forward(); !taken) return taken;
  const auto archived = is_archived(record);
  if (!archived) return Failure{archived.error()};
  if (*archived) return Done{};
  const Staged staged = Staged::of(record);
  if (auto written = stage(staged.name, record.text); !written) return written;
  return take_forward(staged);
}

StoreResult<Done> ApelDirectories::send(const std::string& day, const std::string& key,
                                        std::string_view text) {
  if (!is_day(day) || !is_key(key)) return bad_name(fmt::format("{}/{}", day, key));
  const std::lock_guard lock(one_at_a_time_);
  if (auto made = make_parts(); !made) return made;
  const std::string name = fmt::format("{}.{}.message", day, key);
  if (auto written = stage(name, text); !written) return written;
  return move_out(name, day, key);
}

StoreResult<Done> ApelDirectories::read_archive(
    const std::string& first_day, const std::string& last_day,
    const std::function<void(const std::string& path, const StoreResult<std::string>& text)>& show) const {
  auto days = names_in(path(kArchive), kDaysMax);
  if (!days) return Failure{days.error()};
  std::ranges::sort(*days);
  for (const std::string& day : *days) {
    if (!is_day(day) || day < first_day || day > last_day) continue;
    const std::string directory = joined(path(kArchive), day);
    const auto keys = names_in(directory, kRecordsOfADayMax);
    if (!keys) return Failure{keys.error()};
    for (const std::string& key : *keys) {
      if (key.starts_with('.')) continue;
      const std::string file = joined(directory, key);
      show(file, read_file(file, kRecordBytesMax));
    }
  }
  return Done{};
}

StoreResult<Done> ApelDirectories::make_parts() const {
  for (const auto part : {kStaging, kArchive, kOutgoing}) {
    if (auto made = make_directory(state_, std::string(part)); !made) return made;
  }
  return Done{};
}

/// Written under another name first: what has the name of a staged record is whole.
StoreResult<Done> ApelDirectories::stage(const std::string& name, std::string_view text) const {
  const std::string unfinished = name + std::string(kUnfinished);
  if (auto removed = remove_file(path(kStaging), unfinished); !removed) return removed;
  if (auto made = make_file(joined(path(kStaging), unfinished), text); !made) return made;
  const auto moved = move_file(path(kStaging), unfinished, path(kStaging), name);
  if (!moved) return Failure{moved.error()};
  return Done{};
}

StoreResult<Done> ApelDirectories::take_all_forward() const {
  const auto names = names_in(path(kStaging), kStagedMax);
  if (!names) return Failure{names.error()};
  for (const std::string& name : *names) {
    StoreResult<Done> done = Done{};
    if (const auto staged = Staged::parse(name)) {
      done = take_forward(*staged);
    } else if (name.ends_with(kUnfinished) &&
               Staged::parse(name.substr(0, name.size() - kUnfinished.size()))) {
      done = remove_file(path(kStaging), name);
    }
    if (!done) return done;
  }
  return Done{};
}

StoreResult<Done> ApelDirectories::take_forward(const Staged& staged) const {
  if (auto archived = archive(staged); !archived) return archived;
  if (staged.sending == AccountingRecord::Sending::send) return move_out(staged.name, staged.day, staged.key);
  return remove_file(path(kStaging), staged.name);
}

/// A copy, not a link: nobody who touches what is sent touches what is kept, and the archive may lie on a
/// disk of its own.
StoreResult<Done> ApelDirectories::archive(const Staged& staged) const {
  const auto text = read_file(joined(path(kStaging), staged.name), kRecordBytesMax);
  if (!text) return Failure{text.error()};
  if (auto made = make_day(path(kArchive), staged.day); !made) return made;
  const std::string day = joined(path(kArchive), staged.day);
  const std::string unfinished = fmt::format(".{}{}", staged.key, kUnfinished);
  if (auto removed = remove_file(day, unfinished); !removed) return removed;
  if (auto made = make_file(joined(day, unfinished), *text); !made) return made;
  const auto moved = move_file(day, unfinished, day, staged.key);
  if (!moved) return Failure{moved.error()};
  return Done{};
}

StoreResult<Done> ApelDirectories::move_out(const std::string& staged_name, const std::string& day,
                                            const std::string& key) const {
  const std::string directory = joined(path(kOutgoing), day);
  for (int i = 0; i < kMovesMax; ++i) {
    if (auto made = make_day(path(kOutgoing), day); !made) return made;
    const auto moved = move_file(path(kStaging), staged_name, directory, key);
    if (!moved) return Failure{moved.error()};
    if (*moved == MoveOutcome::moved) return Done{};
  }
  return Failure{StoreError{StoreDecision::retry, fmt::format("{} is removed again and again", directory)}};
}

/// Looked for in all days that the machine may have ended in: after a power cut its end may be told otherwise
/// than before.
StoreResult<bool> ApelDirectories::is_archived(const AccountingRecord& record) const {
  const auto days = names_in(path(kArchive), kDaysMax);
  if (!days) return Failure{days.error()};
  for (const std::string& day : *days) {
    if (!is_day(day) || day < record.not_before) continue;
    const auto there = is_there(joined(joined(path(kArchive), day), record.key));
    if (!there || *there) return there;
  }
  return false;
}

}  // namespace vacuum::apel
