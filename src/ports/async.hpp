#pragma once

#include <boost/asio/awaitable.hpp>

namespace vacuum {

/// What a port answers when the answer takes time. All coroutines run on the one event loop; ports never
/// throw for errors of the world, they answer a Result.
template <class T>
using Async = boost::asio::awaitable<T>;

}  // namespace vacuum
