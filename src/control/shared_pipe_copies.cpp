#include "control/shared_pipe_copies.hpp"

#include <utility>

#include "config/pipe_document.hpp"

namespace vacuum {
namespace {

/// The lines before the pipe itself.
constexpr std::size_t kHeadBytesMax = 16'384;

}  // namespace

Async<std::optional<PipeCopy>> SharedPipeCopies::find(SpaceName space, std::string prefix, std::string url) {
  std::string path = pipe_copy_path(directory_, space, prefix);
  const auto text = co_await reader_.read(std::move(path), kPipeBytesMax + kHeadBytesMax);
  if (!text) co_return std::nullopt;
  auto copy = read_pipe_copy(*text);
  if (!copy || copy->url != url) co_return std::nullopt;
  const auto document = parse_pipe(copy->content, url);
  // One from the future tells that a clock is wrong: its age is not known.
  const Seconds age = clock_.now() - copy->fetched;
  if (!document || age < Seconds{0} || age >= document->cache) co_return std::nullopt;
  co_return copy;
}

Async<void> SharedPipeCopies::leave(SpaceName space, std::string prefix, PipeCopy copy) {
  std::string path = pipe_copy_path(directory_, space, prefix);
  std::string text = write_pipe_copy(copy);
  const auto left = co_await writer_.replace(std::move(path), std::move(text));
  if (!left)
    log_.info("space {}: the copy of pipe {} is not shared: {}", space, prefix, left.error().message);
}

}  // namespace vacuum
