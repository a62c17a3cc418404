#include "adapters/http/curl_loop.hpp"

#include <new>

namespace vacuum {
namespace {

void initialise_libcurl_once() {
  [[maybe_unused]] static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
}

}  // namespace

CurlLoop::CurlLoop(boost::asio::any_io_executor executor, CurlClientOptions options)
    : executor_(std::move(executor)), options_(std::move(options)), timer_(executor_), multi_(nullptr) {
  initialise_libcurl_once();
  multi_ = curl_multi_init();
  if (multi_ == nullptr) throw std::bad_alloc();
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlLoop::socket_wanted);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlLoop::timer_wanted);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, options_.max_connections_per_host);
}

CurlLoop::~CurlLoop() {
  close();
}

void CurlLoop::close() {
  if (multi_ == nullptr) return;
  const auto open = std::exchange(transfers_, {});
  for (CurlTransfer* transfer : open) {
    curl_multi_remove_handle(multi_, transfer->easy());
    transfer->fail("the client was stopped");
  }
  while (!watches_.empty()) forget(watches_.begin()->first);  // before libcurl closes the sockets
  curl_multi_cleanup(std::exchange(multi_, nullptr));
  timer_.cancel();
}

void CurlLoop::begin(CurlTransfer& transfer) {
  if (multi_ == nullptr || curl_multi_add_handle(multi_, transfer.easy()) != CURLM_OK) {
    transfer.fail("the client was stopped");
    return;
  }
  transfers_.insert(&transfer);
}

void CurlLoop::abandon(CurlTransfer& transfer) {
  if (transfers_.erase(&transfer) > 0) curl_multi_remove_handle(multi_, transfer.easy());
}

int CurlLoop::socket_wanted(CURL*, curl_socket_t socket, int what, void* self, void*) {
  auto& loop = *static_cast<CurlLoop*>(self);
  if (what != CURL_POLL_REMOVE) return loop.watch(socket, what);
  loop.forget(socket);
  return 0;
}

int CurlLoop::timer_wanted(CURLM*, long timeout_ms, void* self) {
  static_cast<CurlLoop*>(self)->set_timer(timeout_ms);
  return 0;
}

int CurlLoop::watch(curl_socket_t socket, int what) {
  auto& watch = watches_[socket];
  if (!watch) {
    watch = std::make_shared<Watch>(executor_, socket);
    boost::system::error_code error;
    watch->descriptor.assign(socket, error);
    if (error) {
      watches_.erase(socket);
      return -1;
    }
  }
  watch->wanted = what;
  wait_for(watch);
  return 0;
}

void CurlLoop::forget(curl_socket_t socket) {
  const auto found = watches_.find(socket);
  if (found == watches_.end()) return;
  found->second->gone = true;
  found->second->descriptor.release();  // ends its waits; the socket itself is libcurl's to close
  watches_.erase(found);
}

void CurlLoop::wait_for(const WatchPtr& watch) {
  using Wait = boost::asio::posix::stream_descriptor;
  const auto start = [this, &watch](bool& waiting, Wait::wait_type type, int direction) {
    if (waiting || (watch->wanted & direction) == 0) return;
    waiting = true;
    watch->descriptor.async_wait(
        type, [weak = weak_from_this(), watch, &waiting, direction](boost::system::error_code error) {
          waiting = false;  // a member of *watch
          const auto loop = weak.lock();
          if (loop && !watch->gone) loop->socket_ready(watch, direction, bool(error));
        });
  };
  start(watch->waiting_to_read, Wait::wait_read, CURL_POLL_IN);
  start(watch->waiting_to_write, Wait::wait_write, CURL_POLL_OUT);
}

void CurlLoop::socket_ready(const WatchPtr& watch, int direction, bool failed) {
  if ((watch->wanted & direction) == 0) return;
  const int event = direction == CURL_POLL_IN ? CURL_CSELECT_IN : CURL_CSELECT_OUT;
  act(watch->socket, failed ? event | CURL_CSELECT_ERR : event);
  if (!watch->gone) wait_for(watch);
}

void CurlLoop::set_timer(long timeout_ms) {
  timer_.cancel();
  if (timeout_ms < 0) return;
  timer_.expires_after(Milliseconds{timeout_ms});
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto loop = weak.lock();
    if (loop && !error) loop->act(CURL_SOCKET_TIMEOUT, 0);
  });
}

void CurlLoop::act(curl_socket_t socket, int events) {
  if (multi_ == nullptr) return;
  int running = 0;
  curl_multi_socket_action(multi_, socket, events, &running);
  collect_finished();
}

void CurlLoop::collect_finished() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CurlTransfer* transfer = CurlTransfer::from(message->easy_handle);
    const CURLcode code = message->data.result;  // the message ends with the next call
    abandon(*transfer);
    transfer->finish(code);
  }
}

}  // namespace vacuum
