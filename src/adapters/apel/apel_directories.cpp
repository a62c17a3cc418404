#include "adapters/apel/apel_directories.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include <fmt/format.h>

#include "adapters/apel/staged_record.hpp"
#include "base/time.hpp"

namespace vacuum::apel {
namespace {

constexpr std::string_view kArchive = "apel-archive";
constexpr std::string_view kOutgoing = "apel-outgoing";
constexpr std::string_view kStaging = "apel-staging";
constexpr std::string_view kClaims = "apel-claims";
/// Below a directory: files that are still being written there.
constexpr std::string_view kUnfinished = "unfinished";
constexpr std::size_t kRecordBytesMax = 1 << 16;
constexpr std::size_t kClaimBytesMax = 1000;
constexpr std::size_t kDaysMax = 100'000;
constexpr std::size_t kStagedMax = 100'000;
constexpr std::size_t kUnfinishedMax = 100'000;
constexpr std::size_t kClaimsMax = 10'000'000;
constexpr std::size_t kRecordsOfADayMax = 10'000'000;
/// How often a directory that SSM tidied away is made again.
constexpr int kMovesMax = 10;
/// Longer than anybody is at work on one file.
constexpr Seconds kUnfinishedKept{86'400};
/// Longer than any machine waits for its record.
constexpr Seconds kClaimsKept{100 * 86'400};
constexpr std::uint64_t kRecordsPerCleaning = 256;

TimePoint time_now() {
  return std::chrono::floor<Seconds>(std::chrono::system_clock::now());
}

std::string joined(const std::string& directory, std::string_view name) {
  return fmt::format("{}/{}", directory, name);
}

/// Where the claims on a key are, by its first digits: no directory is to have too many.
std::string claims_of(const std::string& claims, const std::string& key) {
  return joined(claims, key.substr(0, 2));
}

Failure<StoreError> bad_name(std::string_view what) {
  return Failure{StoreError{StoreDecision::retry, fmt::format("'{}' names no accounting record", what)}};
}

}  // namespace

std::string ApelDirectories::path(std::string_view part) const {
  return joined(root_, part);
}

StoreResult<Done> ApelDirectories::record(const AccountingRecord& record) {
  if (!is_day(record.day) || !is_key(record.key))
    return bad_name(fmt::format("{}/{}", record.day, record.key));
  const std::lock_guard lock(one_at_a_time_);
  if (auto made = make_parts(); !made) return made;
  if (auto cleaned = clean_up(record.key); !cleaned) return cleaned;
  if (auto taken = take_all_forward(); !taken) return taken;
  for (const auto& done : {is_archived(record), is_claimed(record.key)}) {
    if (!done) return Failure{done.error()};
    if (*done) return Done{};
  }
  const StagedRecord staged = StagedRecord::of(record);
  if (auto written = stage(staged.name, record.text); !written) return written;
  return take_forward(staged);
}

StoreResult<Done> ApelDirectories::send(const std::string& day, const std::string& key,
                                        std::string_view text) {
  if (!is_day(day) || !is_key(key)) return bad_name(fmt::format("{}/{}", day, key));
  const std::lock_guard lock(one_at_a_time_);
  if (auto made = make_parts(); !made) return made;
  const std::string unfinished = joined(path(kStaging), kUnfinished);
  const std::string name = fmt::format("{}.{}.{}", day, key, draw_suffix());
  if (auto made = make_file(joined(unfinished, name), text); !made) return made;
  return move_out(unfinished, name, day, key);
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
  for (const auto part : {kStaging, kArchive, kOutgoing, kClaims}) {
    if (auto made = make_directory(root_, std::string(part)); !made) return made;
  }
  for (const auto part : {kStaging, kArchive}) {
    if (auto made = make_directory(path(part), std::string(kUnfinished)); !made) return made;
  }
  return Done{};
}

/// What crashes left unfinished, and claims of a part of all keys: each in its turn, by and by.
StoreResult<Done> ApelDirectories::clean_up(const std::string& key) {
  if (records_++ % kRecordsPerCleaning != 0) return Done{};
  const TimePoint now = time_now();
  for (const auto part : {kStaging, kArchive}) {
    const std::string directory = joined(path(part), kUnfinished);
    auto removed = remove_old_files(directory, now - kUnfinishedKept, kUnfinishedMax);
    if (!removed) return removed;
  }
  return remove_old_files(claims_of(path(kClaims), key), now - kClaimsKept, kClaimsMax);
}

/// Written elsewhere first: what has the name of a staged record is whole.
StoreResult<Done> ApelDirectories::stage(const std::string& name, std::string_view text) const {
  const std::string unfinished = joined(path(kStaging), kUnfinished);
  if (auto made = make_file(joined(unfinished, name), text); !made) return made;
  const auto moved = move_file(unfinished, name, path(kStaging), name);
  if (!moved) return Failure{moved.error()};
  if (*moved == MoveOutcome::moved) return Done{};
  return Failure{StoreError{StoreDecision::retry, fmt::format("{} is tidied away", unfinished)}};
}

StoreResult<Done> ApelDirectories::take_all_forward() const {
  const auto names = names_in(path(kStaging), kStagedMax);
  if (!names) return Failure{names.error()};
  for (const std::string& name : *names) {
    const auto staged = StagedRecord::parse(name);
    if (!staged) continue;
    if (auto done = take_forward(*staged); !done) return done;
  }
  return Done{};
}

/// The staged file that is the record of this machine: this one, unless another was faster.
StoreResult<std::string> ApelDirectories::claimed_for(const StagedRecord& staged) const {
  const std::string claims = claims_of(path(kClaims), staged.key);
  const std::string bucket = claims.substr(path(kClaims).size() + 1);
  if (auto made = make_directory(path(kClaims), bucket); !made) return Failure{made.error()};
  for (int look = 0; look < kMovesMax; ++look) {
    auto claimed = read_if_there(joined(claims, staged.key), kClaimBytesMax);
    if (!claimed) return Failure{claimed.error()};
    if (*claimed) return std::move(**claimed);
    const std::string unfinished = fmt::format(".{}.{}", staged.key, draw_suffix());
    if (auto made = make_file(joined(claims, unfinished), staged.name); !made) return Failure{made.error()};
    const auto claim = claim_name(claims, unfinished, staged.key);
    if (!claim) return Failure{claim.error()};
  }
  return Failure{StoreError{StoreDecision::retry, fmt::format("{} changes all the time", claims)}};
}

StoreResult<bool> ApelDirectories::is_claimed(const std::string& key) const {
  return is_there(joined(claims_of(path(kClaims), key), key));
}

StoreResult<Done> ApelDirectories::take_forward(const StagedRecord& staged) const {
  const auto claimed = claimed_for(staged);
  if (!claimed) return Failure{claimed.error()};
  if (*claimed != staged.name) return remove_file(path(kStaging), staged.name);
  const auto archived = archive(staged);
  if (!archived) return Failure{archived.error()};
  if (!*archived) return Done{};  // somebody else took it all the way
  if (staged.sending == AccountingRecord::Sending::send)
    return move_out(path(kStaging), staged.name, staged.day, staged.key);
  return remove_file(path(kStaging), staged.name);
}

/// A copy, not a link: nobody who touches what is sent touches what is kept, and the archive may lie on a
/// disk of its own. False: there is no such staged file any more.
StoreResult<bool> ApelDirectories::archive(const StagedRecord& staged) const {
  const auto text = read_if_there(joined(path(kStaging), staged.name), kRecordBytesMax);
  if (!text) return Failure{text.error()};
  if (!*text) return false;
  const std::string unfinished = joined(path(kArchive), kUnfinished);
  const std::string name = fmt::format("{}.{}", staged.key, draw_suffix());
  if (auto made = make_file(joined(unfinished, name), **text); !made) return Failure{made.error()};
  for (int i = 0; i < kMovesMax; ++i) {
    if (auto made = make_day(path(kArchive), staged.day); !made) return Failure{made.error()};
    const auto moved = move_file(unfinished, name, joined(path(kArchive), staged.day), staged.key);
    if (!moved) return Failure{moved.error()};
    if (*moved == MoveOutcome::moved) return true;
  }
  return Failure{StoreError{StoreDecision::retry, fmt::format("{} is tidied away", unfinished)}};
}

StoreResult<Done> ApelDirectories::move_out(const std::string& from, const std::string& name,
                                            const std::string& day, const std::string& key) const {
  const std::string directory = joined(path(kOutgoing), day);
  for (int i = 0; i < kMovesMax; ++i) {
    if (auto made = make_day(path(kOutgoing), day); !made) return made;
    const auto moved = move_file(from, name, directory, key);
    if (!moved) return Failure{moved.error()};
    if (*moved != MoveOutcome::no_directory) return Done{};  // gone: somebody else moved it out
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
