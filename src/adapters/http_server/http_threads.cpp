#include "adapters/http_server/http_threads.hpp"

#include <sys/resource.h>

#include <chrono>
#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

namespace vacuum::http_server {
namespace {

constexpr Milliseconds kAfterGrace{3000};

/// Whether anybody listens there already: sockets that share a port would not be told.
Result<Done, std::string> probe(boost::asio::io_context& loop, const std::string& address,
                                std::uint16_t port) {
  HttpServer server(loop.get_executor(), HttpHandler());
  auto taken = server.start(address, port);
  if (!taken) return Failure{std::move(taken.error())};
  return Done{};
}

}  // namespace

HttpThreads::HttpThreads(std::size_t threads) {
  for (std::size_t i = 0; i < threads; ++i) workers_.push_back(std::make_shared<Worker>());
}

HttpThreads::~HttpThreads() {
  stop(Milliseconds{0});
}

Result<std::uint16_t, std::string> HttpThreads::listen(HttpServerParts parts, const HttpServerLimits& limits,
                                                       const std::string& address, std::uint16_t port) {
  if (!parts.counts) parts.counts = std::make_shared<ConnectionCounts>();
  if (!parts.traffic) parts.traffic = std::make_shared<Traffic>();
  if (!parts.budget) parts.budget = std::make_shared<BodyBudget>(limits.bodies_bytes);
  const PortUse use = workers_.size() > 1 ? PortUse::shared : PortUse::alone;
  if (use == PortUse::shared) {
    boost::asio::io_context aside;
    if (auto free = probe(aside, address, port); !free) return Failure{std::move(free.error())};
  }
  for (const auto& worker : workers_) {
    auto server = std::make_unique<HttpServer>(worker->loop.get_executor(), parts, limits);
    auto got = server->start(address, port, use);
    if (!got) return got;
    port = *got;
    worker->servers.push_back(std::move(server));
  }
  return port;
}

void HttpThreads::start() {
  if (running_) return;
  running_ = true;
  for (const auto& worker : workers_)
    worker->thread = std::thread([worker] {
      worker->loop.run();
      worker->stopped.set_value();
    });
}

/// On the worker's thread.
void HttpThreads::stop_servers(const std::shared_ptr<Worker>& worker, Milliseconds grace) {
  const auto end = [worker] {
    worker->work.reset();
    worker->loop.stop();
  };
  worker->stopping = worker->servers.size();
  if (worker->servers.empty()) end();
  for (const auto& server : worker->servers) {
    boost::asio::co_spawn(worker->loop, server->stop(grace), [worker, end](const std::exception_ptr&) {
      if (--worker->stopping == 0) end();
    });
  }
}

bool HttpThreads::stop(Milliseconds grace) {
  if (!running_) return true;
  running_ = false;
  for (const auto& worker : workers_)
    boost::asio::post(worker->loop, [worker, grace] { stop_servers(worker, grace); });
  bool all = true;
  const auto deadline = std::chrono::steady_clock::now() + grace + kAfterGrace;
  for (const auto& worker : workers_) {
    if (worker->stopped.get_future().wait_until(deadline) == std::future_status::ready) {
      worker->thread.join();
      worker->servers.clear();
    } else {
      all = false;
      worker->thread.detach();  // the thread keeps its worker
    }
  }
  return all;
}

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  if (limit.rlim_cur < limit.rlim_max) {
    const rlimit raised{limit.rlim_max, limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  return static_cast<std::size_t>(limit.rlim_cur);
}

}  // namespace vacuum::http_server
