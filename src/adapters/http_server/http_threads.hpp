#pragma once

#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "adapters/http_server/http_server.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace vacuum::http_server {

/// Servers on threads of their own, each with a loop of its own: a request that waits for a disk holds up
/// those of its thread alone, and the loop of the program not at all.
///
/// Handlers, verifiers and logs that are given to it must bear to be called from several threads at once.
class HttpThreads {
 public:
  explicit HttpThreads(std::size_t threads);
  /// As stop() without grace.
  ~HttpThreads();
  HttpThreads(const HttpThreads&) = delete;
  HttpThreads& operator=(const HttpThreads&) = delete;

  /// Serves on a numeric address, on each of the threads; the port that it got, or why not. Before start().
  Result<std::uint16_t, std::string> listen(HttpServerParts parts, const HttpServerLimits& limits,
                                            const std::string& address, std::uint16_t port);
  /// Begins to serve.
  void start();

  /// Lets requests that are being carried out end within `grace`. Blocks; false where a thread did not come
  /// back from a handler soon after that: it is left behind, and the process should end.
  bool stop(Milliseconds grace);

 private:
  struct Worker {
    boost::asio::io_context loop{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{loop.get_executor()};
    std::vector<std::unique_ptr<HttpServer>> servers;
    std::size_t stopping = 0;  ///< servers that have not stopped yet
    std::promise<void> stopped;
    std::thread thread;
  };

  static void stop_servers(const std::shared_ptr<Worker>& worker, Milliseconds grace);

  std::vector<std::shared_ptr<Worker>> workers_;
  bool running_ = false;
};

/// Raises the number of files that the process may open as far as it may; answers that number.
[[nodiscard]] std::size_t raise_descriptor_limit();

}  // namespace vacuum::http_server
