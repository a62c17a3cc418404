#include "adapters/http_server/http_server.hpp"

#include "adapters/http_server/listener.hpp"

namespace vacuum::http_server {
namespace {

constexpr Milliseconds kAfterAbort{1000};

}  // namespace

HttpServer::HttpServer(boost::asio::any_io_executor executor, HttpServerParts parts, HttpServerLimits limits)
    : listener_(std::make_shared<Listener>(std::move(executor), std::move(parts), limits)) {}

HttpServer::HttpServer(boost::asio::any_io_executor executor, HttpHandler handler, HttpServerLimits limits)
    : HttpServer(std::move(executor), HttpServerParts{.handler = std::move(handler)}, limits) {}

HttpServer::~HttpServer() {
  listener_->close();
  listener_->abort_all();
}

Result<std::uint16_t, std::string> HttpServer::start(const std::string& address, std::uint16_t port,
                                                     PortUse use) {
  return listener_->start(address, port, use);
}

Async<void> HttpServer::stop(Milliseconds grace) {
  const auto listener = listener_;
  listener->close();
  listener->finish_all();
  co_await Listener::wait_until_empty(listener, grace);
  listener->abort_all();
  co_await Listener::wait_until_empty(listener, kAfterAbort);
}

std::size_t HttpServer::connections() const {
  return listener_->size();
}

}  // namespace vacuum::http_server
