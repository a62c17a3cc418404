#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "ports/http_client.hpp"

namespace vacuum {

/// A web server on a loopback port that answers as a test scripts it, over real sockets, with kept
/// connections. Runs on the test's loop; ends with its destructor.
///
///     impostor.when("POST", "/servers").drop();
///     impostor.when("GET", "/servers").reply(200, {}, "{}");
class HttpImpostor {
 public:
  struct Seen {
    std::string method;
    std::string target;
    HttpHeaders headers;
    std::string body;
    int connection = 0;  ///< counted from 1
  };

  /// What is done with a matching request. Rules are tried in the order of their making.
  class Rule {
   public:
    /// Answers whole, with Content-Length.
    Rule& reply(int status, HttpHeaders headers, std::string body);
    /// Announces the whole body, sends the first `bytes` of it and closes.
    Rule& truncate(std::size_t bytes, std::string body);
    /// Closes the connection without an answer.
    Rule& drop();
    /// Reads the request and says nothing.
    Rule& hang();
    /// Sends exactly these bytes, then closes.
    Rule& raw(std::string bytes);
    /// Matches one request only.
    Rule& once();

   private:
    friend class HttpImpostor;
    std::string method;
    std::string target;
    std::string answer;
    bool closes = false;
    bool hangs = false;
    int uses_left = -1;  ///< below 0: any number
  };

  explicit HttpImpostor(boost::asio::io_context& loop);
  ~HttpImpostor();
  HttpImpostor(const HttpImpostor&) = delete;
  HttpImpostor& operator=(const HttpImpostor&) = delete;

  /// A request of this method and exact target (path and query) that no earlier rule took. Others get 404.
  Rule& when(std::string method, std::string target);

  [[nodiscard]] std::string url(std::string_view target) const;
  [[nodiscard]] int port() const;
  [[nodiscard]] const std::vector<Seen>& seen() const;
  [[nodiscard]] int connections() const;

 private:
  struct State;
  std::shared_ptr<State> state_;

  static Rule* find_rule(State& state, const Seen& request);
  static boost::asio::awaitable<void> accept(std::shared_ptr<State> state);
  static boost::asio::awaitable<void> serve(std::shared_ptr<State> state, std::size_t index);
};

}  // namespace vacuum
