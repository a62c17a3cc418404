#include "adapters/shared_directory/turn_directory.hpp"

#include <atomic>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "adapters/shared_directory/store_errors.hpp"
#include "adapters/shared_directory/turn_files.hpp"
#include "base/text.hpp"

namespace vacuum {

using namespace shared_directory;

namespace {

Failure<StoreError> bad_space(const SpaceName& space) {
  return Failure{
      StoreError{StoreDecision::retry, fmt::format("'{}' is no space's name", printable(space.text()))}};
}

/// What the caller of take() and its job tell each other: whoever comes second knows how it ended.
enum class Progress : std::uint8_t { under_way, taken, given_up };

}  // namespace

Async<StoreResult<std::optional<Turn>>> TurnDirectory::last(const SpaceName& space) {
  if (!is_space_name(space.text())) co_return bad_space(space);
  auto job = [files = TurnFiles(shared_, space)] { return files.last(); };
  auto outcome = co_await worker_.run(std::move(job));
  co_return or_late(std::move(outcome), shared_);
}

Async<StoreResult<Done>> TurnDirectory::take(const SpaceName& space, std::uint64_t number,
                                             IncarnationId holder) {
  if (!is_space_name(space.text())) co_return bad_space(space);
  auto progress = std::make_shared<std::atomic<Progress>>(Progress::under_way);
  auto job = [files = TurnFiles(shared_, space), number, holder = std::move(holder), progress] {
    auto taken = files.take(number, holder);
    if (taken && progress->exchange(Progress::taken) == Progress::given_up) {
      // Nobody waits for it. Where giving back fails, it is free once its holder ends or asks again.
      [[maybe_unused]] const auto given_back = files.give_back(number);
    }
    return taken;
  };
  auto outcome = co_await worker_.run(std::move(job));
  if (!outcome && progress->exchange(Progress::given_up) == Progress::taken) co_return Done{};
  co_return or_late(std::move(outcome), shared_);
}

Async<StoreResult<Done>> TurnDirectory::give_back(const SpaceName& space, std::uint64_t number) {
  if (!is_space_name(space.text())) co_return bad_space(space);
  auto job = [files = TurnFiles(shared_, space), number] { return files.give_back(number); };
  auto outcome = co_await worker_.run(std::move(job));
  co_return or_late(std::move(outcome), shared_);
}

}  // namespace vacuum
