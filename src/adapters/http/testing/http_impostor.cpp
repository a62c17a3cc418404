#include "adapters/http/testing/http_impostor.hpp"

#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "base/text.hpp"

namespace vacuum {
namespace {

using Tcp = boost::asio::ip::tcp;
constexpr auto kAwait = boost::asio::as_tuple(boost::asio::use_awaitable);

HttpImpostor::Seen parse_head(std::string_view head) {
  HttpImpostor::Seen seen;
  auto lines = split(head, '\n');
  const auto words = split_words(lines.front());
  if (words.size() >= 2) {
    seen.method = words[0];
    seen.target = words[1];
  }
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto colon = lines[i].find(':');
    if (colon == std::string::npos) continue;
    seen.headers.emplace_back(trim(lines[i].substr(0, colon)), trim(lines[i].substr(colon + 1)));
  }
  return seen;
}

std::string answer_text(int status, const HttpHeaders& headers, std::string_view body, std::size_t bytes) {
  std::string text = fmt::format("HTTP/1.1 {} Scripted\r\nContent-Length: {}\r\n", status, body.size());
  for (const auto& [name, value] : headers) text += fmt::format("{}: {}\r\n", name, value);
  text += "\r\n";
  text += body.substr(0, bytes);
  return text;
}

}  // namespace

struct HttpImpostor::State {
  explicit State(boost::asio::io_context& loop)
      : acceptor(loop, Tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)) {}
  Tcp::acceptor acceptor;
  std::deque<Tcp::socket> sockets;  // all that were ever accepted: a test has few
  std::deque<Rule> rules;
  std::vector<Seen> seen;
};

HttpImpostor::Rule& HttpImpostor::Rule::reply(int status, HttpHeaders headers, std::string body) {
  answer = answer_text(status, headers, body, body.size());
  return *this;
}

HttpImpostor::Rule& HttpImpostor::Rule::truncate(std::size_t bytes, std::string body) {
  answer = answer_text(200, {}, body, bytes);
  closes = true;
  return *this;
}

HttpImpostor::Rule& HttpImpostor::Rule::drop() {
  return raw("");
}

HttpImpostor::Rule& HttpImpostor::Rule::hang() {
  hangs = true;
  return *this;
}

HttpImpostor::Rule& HttpImpostor::Rule::raw(std::string bytes) {
  answer = std::move(bytes);
  closes = true;
  return *this;
}

HttpImpostor::Rule& HttpImpostor::Rule::once() {
  uses_left = 1;
  return *this;
}

HttpImpostor::HttpImpostor(boost::asio::io_context& loop) : state_(std::make_shared<State>(loop)) {
  boost::asio::co_spawn(loop, accept(state_), boost::asio::detached);
}

HttpImpostor::~HttpImpostor() {
  boost::system::error_code ignored;
  state_->acceptor.close(ignored);
  for (auto& socket : state_->sockets) socket.close(ignored);
}

HttpImpostor::Rule& HttpImpostor::when(std::string method, std::string target) {
  auto& rule = state_->rules.emplace_back();
  rule.method = std::move(method);
  rule.target = std::move(target);
  return rule;
}

std::string HttpImpostor::url(std::string_view target) const {
  return fmt::format("http://127.0.0.1:{}{}", port(), target);
}

int HttpImpostor::port() const {
  return state_->acceptor.local_endpoint().port();
}
const std::vector<HttpImpostor::Seen>& HttpImpostor::seen() const {
  return state_->seen;
}
int HttpImpostor::connections() const {
  return static_cast<int>(state_->sockets.size());
}

HttpImpostor::Rule* HttpImpostor::find_rule(State& state, const Seen& request) {
  for (auto& rule : state.rules) {
    if (rule.method != request.method || rule.target != request.target || rule.uses_left == 0) continue;
    if (rule.uses_left > 0) --rule.uses_left;
    return &rule;
  }
  return nullptr;
}

boost::asio::awaitable<void> HttpImpostor::accept(std::shared_ptr<State> state) {
  for (;;) {
    auto [error, socket] = co_await state->acceptor.async_accept(kAwait);
    if (error) co_return;
    state->sockets.push_back(std::move(socket));
    boost::asio::co_spawn(state->acceptor.get_executor(), serve(state, state->sockets.size() - 1),
                          boost::asio::detached);
  }
}

boost::asio::awaitable<void> HttpImpostor::serve(std::shared_ptr<State> state, std::size_t index) {
  auto& socket = state->sockets[index];
  std::string buffer;
  boost::system::error_code ignored;
  for (;;) {
    auto [error, head_size] = co_await boost::asio::async_read_until(
        socket, boost::asio::dynamic_buffer(buffer), "\r\n\r\n", kAwait);
    if (error) co_return;
    Seen request = parse_head(std::string_view(buffer).substr(0, head_size));
    request.connection = static_cast<int>(index) + 1;
    buffer.erase(0, head_size);
    const auto length =
        static_cast<std::size_t>(parse_integer(header_value(request.headers, "Content-Length")).value_or(0));
    while (buffer.size() < length) {
      auto [body_error, more] = co_await boost::asio::async_read(socket, boost::asio::dynamic_buffer(buffer),
                                                                 boost::asio::transfer_at_least(1), kAwait);
      if (body_error) co_return;
    }
    request.body = buffer.substr(0, length);
    buffer.erase(0, length);
    const Rule* rule = find_rule(*state, request);
    state->seen.push_back(std::move(request));
    if (rule != nullptr && rule->hangs) continue;
    const std::string answer = rule != nullptr ? rule->answer : answer_text(404, {}, "", 0);
    co_await boost::asio::async_write(socket, boost::asio::buffer(answer), kAwait);
    if (rule != nullptr && rule->closes) {
      socket.shutdown(Tcp::socket::shutdown_both, ignored);
      socket.close(ignored);
      co_return;
    }
  }
}

}  // namespace vacuum
