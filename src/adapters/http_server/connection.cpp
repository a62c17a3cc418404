#include "adapters/http_server/connection.hpp"

#include <algorithm>
#include <array>

#include "adapters/http_server/response_text.hpp"

namespace vacuum::http_server {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

constexpr std::size_t kReadBytes = 8192;       // what most requests fit into
constexpr std::size_t kBodyReadBytes = 65536;  // once a large body is seen to come
constexpr std::size_t kDrainBytesMax = 1 << 20;
constexpr Milliseconds kDrainMost{2000};
constexpr std::size_t kOnePieceBytes = 16 * 1024;  // a body this small is sent together with its head

ServedResponse too_busy() {
  return {.status = 503,
          .headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Retry-After", "10"}},
          .body = "too much is being sent at once; try again\n"};
}

}  // namespace

Connection::Connection(Stream stream, std::string peer, const HttpServerParts& parts,
                       const HttpServerLimits& limits)
    : stream_(std::move(stream)), parts_(parts), limits_(limits), peer_(std::move(peer)) {
  enter(Phase::idle, limits_.idle);
}

void Connection::enter(Phase phase, Milliseconds most) {
  phase_ = phase;
  since_ = steady_clock::now();
  deadline_ = since_ + most;
}

std::optional<Connection::Moment> Connection::idle_since() const {
  if (phase_ != Phase::idle) return std::nullopt;
  return since_;
}

void Connection::finish() {
  finishing_ = true;
  if (phase_ == Phase::idle || phase_ == Phase::handshake) stream_.close();
}

void Connection::abort() {
  if (phase_ != Phase::idle) parts_.traffic->timed_out.fetch_add(1, std::memory_order_relaxed);
  finishing_ = true;
  stream_.close();
  cancellation_.emit(asio::cancellation_type::terminal);
}

Async<void> Connection::serve() {
  bool goes_on = co_await greet();
  while (goes_on) {
    const bool comes = co_await wait_for_request();
    if (!comes) break;
    goes_on = co_await serve_one();
  }
  stream_.end_sending();
  stream_.close();
}

Async<bool> Connection::greet() {
  if (!stream_.has_tls()) co_return true;
  enter(Phase::handshake, limits_.handshake);
  const bool agreed = co_await stream_.handshake();
  if (!agreed) {
    parts_.traffic->handshakes_failed.fetch_add(1, std::memory_order_relaxed);
    co_return false;
  }
  const auto chain = stream_.client_chain();
  if (!chain.empty() && parts_.verify_client) {
    auto judged = parts_.verify_client(chain);
    if (judged) {
      client_dn_ = std::move(*judged);
    } else {
      client_problem_ = std::move(judged.error());
    }
  }
  co_return !finishing_;
}

Async<bool> Connection::wait_for_request() {
  if (finishing_) co_return false;
  if (buffer_.size() > 0) co_return true;
  buffer_.clear();
  buffer_.shrink_to_fit();  // an idle connection keeps none
  enter(Phase::idle, limits_.idle);
  if (stream_.holds_more()) co_return true;
  co_return co_await stream_.wait(Moved::Wants::to_read);
}

Async<bool> Connection::serve_one() {
  enter(Phase::request, std::min(limits_.header, limits_.read));
  began_ = since_;
  RequestParser parser(limits_);
  BodyBudget::Share share;
  const Reading reading = co_await read_request(parser, share);
  if (reading != Reading::got) {
    if (reading == Reading::refused) co_await refuse(parser, parser.refusal());
    co_return false;
  }
  const bool keep_alive = parser.keep_alive();
  ServedRequest request = parser.take();
  add_client(request);
  parts_.traffic->bytes_received.fetch_add(request.body.size(), std::memory_order_relaxed);
  const std::string method = request.method;
  const std::string path = request.target.substr(0, request.target.find_first_of("?#"));
  phase_ = Phase::handler;
  deadline_ = Moment::max();  // a handler bounds its own time
  const ServedResponse response = co_await handle(std::move(request));
  if (response.delivery == Delivery::dropped) co_return false;
  const bool stays_open = keep_alive && !finishing_ && response.delivery == Delivery::whole;
  const bool head_only = method == "HEAD";
  const bool sent = co_await send(response, stays_open, head_only);
  record(method, path, response, sent && !head_only ? response.body.size() : 0);
  co_return sent&& stays_open;
}

Async<Connection::Reading> Connection::read_request(RequestParser& parser, BodyBudget::Share& share) {
  bool considered = false;
  for (;;) {
    const auto progress = parser.parse(buffer_);
    if (progress == RequestParser::Progress::whole) co_return Reading::got;
    if (progress == RequestParser::Progress::wrong) co_return Reading::refused;
    if (progress == RequestParser::Progress::head && !considered) {
      considered = true;
      const Reading verdict = co_await consider_head(parser, share);
      if (verdict != Reading::got) co_return verdict;
    }
    const bool more = co_await fill();
    if (!more) co_return Reading::ended;
  }
}

Async<Connection::Reading> Connection::consider_head(RequestParser& parser, BodyBudget::Share& share) {
  deadline_ = began_ + limits_.read;
  if (parts_.head_check) {
    ServedRequest head = parser.head();
    add_client(head);
    if (const auto refusal = parts_.head_check(head)) {
      co_await refuse(parser, *refusal);
      co_return Reading::ended;
    }
  }
  if (!BodyBudget::take(parts_.budget, parser.body_bytes_at_most(limits_.body_bytes), share)) {
    co_await refuse(parser, too_busy());
    co_return Reading::ended;
  }
  if (parser.waits_for_invitation() && parser.body_bytes() == 0 && buffer_.size() == 0) {
    const bool invited = co_await send_all("HTTP/1.1 100 Continue\r\n\r\n");
    if (!invited) co_return Reading::ended;
  }
  co_return Reading::got;
}

Async<bool> Connection::fill() {
  for (;;) {
    const std::size_t wanted = buffer_.capacity() >= kReadBytes ? kBodyReadBytes : kReadBytes;
    const auto space = buffer_.prepare(wanted);
    const Moved moved = stream_.read(static_cast<char*>(space.data()), space.size());
    buffer_.commit(moved.bytes);
    if (moved.bytes > 0) co_return true;
    if (moved.ended) co_return false;
    const bool open = co_await stream_.wait(moved.wants);
    if (!open) co_return false;
  }
}

void Connection::add_client(ServedRequest& request) const {
  request.peer = peer_;
  request.over_tls = stream_.has_tls();
  request.client_dn = client_dn_;
  request.client_problem = client_problem_;
}

Async<ServedResponse> Connection::handle(ServedRequest request) {
  try {
    co_return co_await parts_.handler(std::move(request));
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
    if (parts_.tell_fault) parts_.tell_fault(error.what());
  } catch (const std::exception& fault) {
    if (parts_.tell_fault) parts_.tell_fault(fault.what());
  }
  co_return ServedResponse{
      .status = 500, .headers = {{"Content-Type", "text/plain"}}, .body = "internal error\n"};
}

Async<bool> Connection::send(const ServedResponse& response, bool keep_alive, bool without_body) {
  enter(Phase::answer, limits_.write);
  std::string head = response_head(response, keep_alive);
  const bool bodiless = without_body || response.status == 204 || response.status == 304;
  std::size_t length = bodiless ? 0 : response.body.size();
  if (response.delivery == Delivery::truncated) length /= 2;
  if (length <= kOnePieceBytes) {
    head.append(response.body, 0, length);
    co_return co_await send_all(std::move(head));
  }
  const bool begun = co_await send_all(std::move(head));
  if (!begun) co_return false;
  co_return co_await send_all(response.body.substr(0, length));
}

Async<bool> Connection::send_all(std::string text) {
  std::size_t sent = 0;
  while (sent < text.size()) {
    const Moved moved = stream_.write(text.data() + sent, text.size() - sent);
    sent += moved.bytes;
    if (moved.ended) co_return false;
    if (moved.wants != Moved::Wants::nothing) {
      const bool open = co_await stream_.wait(moved.wants);
      if (!open) co_return false;
    }
  }
  co_return true;
}

Async<void> Connection::refuse(const RequestParser& parser, const ServedResponse& response) {
  const std::string method = parser.method();
  const std::string path = parser.path();
  const bool sent = co_await send(response, false, method == "HEAD");
  record(method, path, response, sent ? response.body.size() : 0);
  if (sent) co_await drain();
}

Async<void> Connection::drain() {
  stream_.end_sending();
  enter(Phase::request, std::min(kDrainMost, limits_.read));
  for (std::size_t dropped = 0; dropped < kDrainBytesMax;) {
    std::array<char, 4096> bin;
    const Moved moved = stream_.read(bin.data(), bin.size());
    dropped += moved.bytes;
    if (moved.ended) co_return;
    if (moved.bytes == 0) {
      const bool open = co_await stream_.wait(Moved::Wants::to_read);
      if (!open) co_return;
    }
  }
}

void Connection::record(const std::string& method, const std::string& path, const ServedResponse& response,
                        std::uint64_t bytes) {
  parts_.traffic->count_answer(response.status);
  parts_.traffic->bytes_sent.fetch_add(bytes, std::memory_order_relaxed);
  if (parts_.access_log == nullptr) return;
  const auto took = std::chrono::duration_cast<Milliseconds>(steady_clock::now() - began_);
  parts_.access_log->write({.peer = peer_,
                            .identity = response.identity,
                            .method = method,
                            .path = path,
                            .status = response.status,
                            .bytes = bytes,
                            .took = took});
}

}  // namespace vacuum::http_server
