#include "adapters/shared_directory/turn_files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "adapters/shared_directory/exclusive_files.hpp"
#include "adapters/shared_directory/store_errors.hpp"
#include "base/text.hpp"

namespace vacuum::shared_directory {
namespace {

constexpr const char* kTurns = "turns";
constexpr std::string_view kDone = ".done";
constexpr std::size_t kFilesMax = 100'000;
constexpr std::size_t kTurnBytesMax = 1000;
constexpr std::uint64_t kKept = 8;  ///< turns up to the last that are not cleaned up
constexpr std::uint64_t kNumberMax = 1'000'000'000'000'000;
constexpr int kLooksMax = 10;
constexpr unsigned kMode = 0644;

std::string file_name(std::uint64_t number) {
  return fmt::format("{}", number);
}
std::string done_name(std::uint64_t number) {
  return fmt::format("{}{}", number, kDone);
}

struct TurnName {
  std::uint64_t number = 0;
  bool done = false;
};

/// Nothing for a file that is none of ours.
std::optional<TurnName> parse_name(std::string_view name) {
  const bool done = name.ends_with(kDone);
  if (done) name.remove_suffix(kDone.size());
  const auto number = parse_integer(name);
  if (!number || *number < 1 || static_cast<std::uint64_t>(*number) > kNumberMax) return std::nullopt;
  const auto turn = static_cast<std::uint64_t>(*number);
  if (file_name(turn) != name) return std::nullopt;  // "007", "+7"
  return TurnName{turn, done};
}

struct Turns {
  std::map<std::uint64_t, bool> done;  ///< of each number that was taken: whether it was given back
  std::vector<DirectoryEntry> entries;

  [[nodiscard]] std::uint64_t last() const { return done.empty() ? 0 : done.rbegin()->first; }
};

DiskResult<Turns> list_turns(const Directory& folder) {
  auto entries = list_directory(folder, kFilesMax);
  if (!entries) return Failure{entries.error()};
  Turns turns;
  for (const auto& entry : *entries) {
    const auto name = parse_name(entry.name);
    if (name) turns.done[name->number] |= name->done;
  }
  turns.entries = std::move(*entries);
  return turns;
}

/// Those long past. A failure is no harm: who gives back the next turn tries again.
void clean_up(const Directory& folder, std::uint64_t given_back) {
  const auto turns = list_turns(folder);
  if (!turns) return;
  for (const auto& [number, done] : turns->done) {
    if (number + kKept > given_back) break;
    for (const std::string& name : {file_name(number), done_name(number)}) {
      [[maybe_unused]] const auto removed = remove_file(folder, name);
    }
  }
  sweep_temporaries(folder, turns->entries);
}

Failure<StoreError> taken_before(const Directory& folder, std::uint64_t number) {
  return Failure{StoreError{StoreDecision::exists, fmt::format("{}/{} is taken", folder.path(), number)}};
}

}  // namespace

DiskResult<Directory> TurnFiles::open_space() const {
  auto root = open_root(shared_);
  if (!root) return root;
  const std::array<std::string, 2> names{"spaces", space_.text()};
  return open_below(*root, names);
}

StoreResult<std::optional<Turn>> TurnFiles::last() const {
  auto space = open_space();
  if (!space) {
    if (space.error().code == ENOENT) return std::optional<Turn>{};
    return to_store_error(space.error());
  }
  auto folder = open_directory(*space, kTurns);
  if (!folder) {
    if (folder.error().code == ENOENT) return std::optional<Turn>{};
    return to_store_error(folder.error());
  }
  for (int look = 0; look < kLooksMax; ++look) {
    const auto turns = list_turns(*folder);
    if (!turns) return to_store_error(turns.error());
    const std::uint64_t number = turns->last();
    if (number == 0) return std::optional<Turn>{};
    const bool done = turns->done.at(number);
    const auto text = read_start(*folder, file_name(number), kTurnBytesMax);
    if (!text && text.error().code == ENOENT && !done) continue;  // cleaned up: there are later ones
    if (!text && !done) return to_store_error(text.error());
    const auto holder = trim(text ? std::string_view(*text) : std::string_view());
    if (is_incarnation_id(holder)) {
      const auto state = done ? Turn::State::given_back : Turn::State::held;
      return std::optional(Turn{number, IncarnationId{std::string(holder)}, state});
    }
    if (done) return std::optional(Turn{number, {}, Turn::State::given_back});
    return Failure{StoreError{
        StoreDecision::retry,
        fmt::format("{}/{} does not tell which manager plans creations; remove it while no manager runs",
                    folder->path(), number)}};
  }
  return Failure{StoreError{StoreDecision::retry, fmt::format("{} changes all the time", folder->path())}};
}

StoreResult<Done> TurnFiles::take(std::uint64_t number, const IncarnationId& holder) const {
  if (!is_incarnation_id(holder.text()) || number < 1 || number > kNumberMax) {
    return Failure{StoreError{StoreDecision::retry,
                              fmt::format("'{}' cannot take the turn {}", printable(holder.text()), number)}};
  }
  auto space = open_space();
  if (!space) return to_store_error(space.error());
  auto folder = enter_directory(*space, kTurns);
  if (!folder) return to_store_error(folder.error());
  const auto claimed = claim_file(*folder, file_name(number), holder.text() + "\n", kMode);
  if (!claimed) return to_store_error(claimed.error());
  if (*claimed == Claim::taken) return taken_before(*folder, number);
  // One that was taken, given back and cleaned up long ago could be made again.
  const auto turns = list_turns(*folder);
  if (turns && turns->last() == number && !turns->done.at(number)) return Done{};
  [[maybe_unused]] const auto removed = remove_file(*folder, file_name(number));
  if (!turns) return to_store_error(turns.error());
  return taken_before(*folder, number);
}

StoreResult<Done> TurnFiles::give_back(std::uint64_t number) const {
  auto space = open_space();
  if (!space) return to_store_error(space.error());
  auto folder = open_directory(*space, kTurns);
  if (!folder) return to_store_error(folder.error());
  auto done = claim_second_name(*folder, file_name(number), done_name(number));
  if (!done && done.error().code == ENOENT) return Done{};  // cleaned up: given back for long
  if (!done) done = claim_file(*folder, done_name(number), {}, kMode);
  if (!done) return to_store_error(done.error());
  clean_up(*folder, number);
  return Done{};
}

}  // namespace vacuum::shared_directory
