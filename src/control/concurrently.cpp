#include "control/concurrently.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace vacuum {
namespace {

namespace asio = boost::asio;

/// What the workers of one call share. All of it is touched on the loop's thread alone.
struct Batch {
  std::size_t count;
  const std::function<Async<void>(std::size_t)>* body;
  std::size_t next = 0;
  std::size_t workers = 0;
  std::exception_ptr first_error;
};

Async<void> work(std::shared_ptr<Batch> batch) {
  while (batch->next < batch->count) {
    const std::size_t mine = batch->next++;
    co_await (*batch->body)(mine);
  }
}

template <class Executor, class Handler>
void start_workers(const Executor& executor, const std::shared_ptr<Batch>& batch, Handler handler) {
  auto done = std::make_shared<Handler>(std::move(handler));
  for (std::size_t i = 0; i < batch->workers; ++i) {
    asio::co_spawn(executor, work(batch), [batch, done](std::exception_ptr error) {
      if (error && !batch->first_error) batch->first_error = error;
      if (--batch->workers == 0) (*done)();
    });
  }
}

}  // namespace

Async<void> for_each_concurrently(std::size_t count, std::size_t limit,
                                  const std::function<Async<void>(std::size_t)>& body) {
  if (count == 0) co_return;
  const auto executor = co_await asio::this_coro::executor;
  auto batch = std::make_shared<Batch>(Batch{.count = count, .body = &body, .first_error = nullptr});
  batch->workers = std::clamp<std::size_t>(limit, 1, count);
  auto initiation = [executor, batch](auto handler) { start_workers(executor, batch, std::move(handler)); };
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(std::move(initiation),
                                                                        asio::use_awaitable);
  if (batch->first_error) std::rethrow_exception(batch->first_error);
}

}  // namespace vacuum
