#include "adapters/http/curl_file_worker.hpp"

#include <mutex>
#include <set>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "adapters/http/curl_failure.hpp"

namespace vacuum {
namespace {

constexpr std::size_t kThreads = 2;

/// A job as its coroutine sees it: touched on the loop's thread alone.
struct Waiting {
  Waiting(const boost::asio::any_io_executor& executor, Milliseconds timeout) : wake(executor, timeout) {}
  boost::asio::steady_timer wake;
  std::optional<HttpOutcome> outcome;
};

}  // namespace

/// Shared by the loop's thread and the workers.
struct CurlFileWorker::State {
  explicit State(CurlClientOptions given) : options(std::move(given)), pool(kThreads) {}

  HttpOutcome perform(HttpRequest request, const std::atomic<bool>& given_up) {
    boost::asio::io_context unused;  // nobody waits for the exchange but this thread
    CurlTransfer transfer(unused.get_executor(), std::move(request), options);
    {
      const std::lock_guard lock(mutex);
      if (stopping || given_up) transfer.stop();
      running.insert(&transfer);
    }
    transfer.perform();
    const std::lock_guard lock(mutex);
    running.erase(&transfer);
    return transfer.take_outcome();
  }

  void stop() {
    const std::lock_guard lock(mutex);
    stopping = true;
    for (CurlTransfer* transfer : running) transfer->stop();
  }

  CurlClientOptions options;
  std::mutex mutex;
  std::set<CurlTransfer*> running;  ///< guarded by mutex
  bool stopping = false;            ///< guarded by mutex
  boost::asio::thread_pool pool;
};

CurlFileWorker::CurlFileWorker(CurlClientOptions options)
    : state_(std::make_shared<State>(std::move(options))) {}

CurlFileWorker::~CurlFileWorker() {
  state_->stop();
  state_->pool.join();
}

Async<HttpOutcome> CurlFileWorker::exchange(HttpRequest request) {
  if (auto fault = find_fault(request)) co_return Failure{std::move(*fault)};
  const auto executor = co_await boost::asio::this_coro::executor;
  const HttpFailure late{HttpFailureKind::answer_lost,
                         shown_url(request.url) + ": no whole answer within the time allowed"};
  auto waiting = std::make_shared<Waiting>(executor, request.timeout + Seconds{2});
  auto given_up = std::make_shared<std::atomic<bool>>(false);
  boost::asio::post(state_->pool, [state = state_.get(), executor, waiting, given_up,
                                   request = std::move(request)]() mutable {
    auto outcome = std::make_shared<HttpOutcome>(state->perform(std::move(request), *given_up));
    boost::asio::post(executor, [waiting = std::move(waiting), outcome = std::move(outcome)] {
      waiting->outcome = std::move(*outcome);
      waiting->wake.cancel();
    });
  });
  co_await waiting->wake.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  if (waiting->outcome) co_return std::move(*waiting->outcome);
  *given_up = true;  // it may not have begun
  co_return Failure{late};
}

}  // namespace vacuum
