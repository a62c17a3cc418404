#pragma once

#include <cstddef>
#include <functional>

#include "ports/async.hpp"

namespace vacuum {

/// Runs body(0) … body(count - 1), in that order of beginning, at most `limit` at once, and ends when all
/// have ended. `body` must outlive the call's end; an exception of one is thrown after all have ended.
Async<void> for_each_concurrently(std::size_t count, std::size_t limit,
                                  const std::function<Async<void>(std::size_t)>& body);

}  // namespace vacuum
