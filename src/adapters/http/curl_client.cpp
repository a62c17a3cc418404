#include "adapters/http/curl_client.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "adapters/http/curl_file_worker.hpp"
#include "adapters/http/curl_loop.hpp"
#include "adapters/http/curl_transfer.hpp"

namespace vacuum {
namespace {

/// An exchange that is under way as long as this lives, however the coroutine ends.
class Exchange {
 public:
  Exchange(std::shared_ptr<CurlLoop> loop, HttpRequest request)
      : loop_(std::move(loop)), transfer_(loop_->executor(), std::move(request), loop_->options()) {
    loop_->begin(transfer_);
  }
  ~Exchange() { loop_->abandon(transfer_); }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  CurlTransfer& transfer() { return transfer_; }

  void end(std::string_view reason) {
    loop_->abandon(transfer_);
    transfer_.fail(reason);
  }

 private:
  std::shared_ptr<CurlLoop> loop_;
  CurlTransfer transfer_;
};

// Takes the loop by value: a request may outlive its client.
Async<HttpOutcome> exchange(std::shared_ptr<CurlLoop> loop, HttpRequest request) {
  if (auto fault = find_fault(request)) co_return Failure{std::move(*fault)};
  Exchange under_way(std::move(loop), std::move(request));
  CurlTransfer& transfer = under_way.transfer();
  if (!transfer.has_outcome()) {
    const auto [error] =
        co_await transfer.ended().async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    if (!transfer.has_outcome())
      under_way.end(error ? "cancelled" : "no whole answer within the time allowed");
  }
  co_return transfer.take_outcome();
}

}  // namespace

CurlClient::CurlClient(boost::asio::any_io_executor executor, CurlClientOptions options)
    : loop_(std::make_shared<CurlLoop>(std::move(executor), std::move(options))) {}

CurlClient::~CurlClient() {
  loop_->close();
}

Async<Result<HttpResponse, HttpFailure>> CurlClient::send(HttpRequest request) {
  if (!request.has_file()) return exchange(loop_, std::move(request));
  if (!file_worker_) file_worker_ = std::make_unique<CurlFileWorker>(loop_->options());
  return file_worker_->exchange(std::move(request));
}

}  // namespace vacuum
