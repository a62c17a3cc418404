#pragma once

#include <map>
#include <memory>
#include <set>

#include <curl/curl.h>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "adapters/http/curl_transfer.hpp"

namespace vacuum {

/// libcurl's multi handle driven by the event loop: it tells which sockets and when to look at, Asio waits
/// for them.
class CurlLoop : public std::enable_shared_from_this<CurlLoop> {
 public:
  CurlLoop(boost::asio::any_io_executor executor, CurlClientOptions options);
  ~CurlLoop();
  CurlLoop(const CurlLoop&) = delete;
  CurlLoop& operator=(const CurlLoop&) = delete;

  [[nodiscard]] const boost::asio::any_io_executor& executor() const { return executor_; }
  [[nodiscard]] const CurlClientOptions& options() const { return options_; }

  /// Starts an exchange; it ends with an outcome. After close() it fails at once.
  void begin(CurlTransfer& transfer);
  /// libcurl forgets the exchange; no effect on one that ended.
  void abandon(CurlTransfer& transfer);
  /// Ends all exchanges and connections.
  void close();

 private:
  /// A socket of libcurl's. libcurl opens and closes it: the descriptor only borrows it.
  struct Watch {
    Watch(const boost::asio::any_io_executor& executor, curl_socket_t watched)
        : socket(watched), descriptor(executor) {}
    curl_socket_t socket;
    boost::asio::posix::stream_descriptor descriptor;
    int wanted = 0;  ///< CURL_POLL_IN | CURL_POLL_OUT
    bool waiting_to_read = false;
    bool waiting_to_write = false;
    bool gone = false;
  };
  using WatchPtr = std::shared_ptr<Watch>;

  static int socket_wanted(CURL*, curl_socket_t socket, int what, void* self, void*);
  static int timer_wanted(CURLM*, long timeout_ms, void* self);
  int watch(curl_socket_t socket, int what);
  void forget(curl_socket_t socket);
  void wait_for(const WatchPtr& watch);
  void socket_ready(const WatchPtr& watch, int direction, bool failed);
  void set_timer(long timeout_ms);
  void act(curl_socket_t socket, int events);
  void collect_finished();

  boost::asio::any_io_executor executor_;
  CurlClientOptions options_;
  boost::asio::steady_timer timer_;
  CURLM* multi_;
  std::map<curl_socket_t, WatchPtr> watches_;
  std::set<CurlTransfer*> transfers_;
};

}  // namespace vacuum
