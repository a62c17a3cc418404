#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "adapters/openstack/waiters.hpp"
#include "ports/http_client.hpp"

namespace vacuum::openstack {

/// Answers as a test scripts it and remembers what it was asked.
class FakeHttpClient final : public HttpClient {
 public:
  using Outcome = Result<HttpResponse, HttpFailure>;

  /// The next outcome of requests of this method and URL; the last one given is repeated for ever.
  void answer(const std::string& method, const std::string& url, Outcome outcome) {
    scripts_[method + " " + url].push_back(std::move(outcome));
  }
  void answer(const std::string& method, const std::string& url, int status, std::string body,
              HttpHeaders headers = {}) {
    if (header_value(headers, "Content-Type").empty())
      headers.emplace_back("Content-Type", "application/json");
    answer(method, url, Outcome(HttpResponse{status, std::move(headers), std::move(body)}));
  }
  void fail(const std::string& method, const std::string& url, HttpFailureKind kind) {
    answer(method, url, Outcome(Failure{HttpFailure{kind, "the network said no"}}));
  }
  /// Forgets the script of these requests.
  void reset(const std::string& method, const std::string& url) { scripts_.erase(method + " " + url); }

  /// Requests wait until release() from now on.
  void hold() { held_ = true; }
  void release() {
    held_ = false;
    waiters_.wake_all();
  }

  [[nodiscard]] const std::vector<HttpRequest>& seen() const { return seen_; }
  /// How often it was asked for a method and the start of a URL.
  [[nodiscard]] int count(std::string_view method, std::string_view url) const {
    int times = 0;
    for (const auto& request : seen_)
      times += request.method == method && request.url.starts_with(url) ? 1 : 0;
    return times;
  }
  [[nodiscard]] int in_flight_max() const { return in_flight_max_; }

  Async<Outcome> send(HttpRequest request) override {
    const std::string key = request.method + " " + request.url;
    seen_.push_back(std::move(request));
    in_flight_max_ = std::max(in_flight_max_, ++in_flight_);
    co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::use_awaitable);
    while (held_) co_await waiters_.wait();
    --in_flight_;
    const auto script = scripts_.find(key);
    if (script == scripts_.end()) {
      co_return HttpResponse{
          404, {}, R"({"itemNotFound": {"code": 404, "message": "not scripted: )" + key + "\"}}"};
    }
    Outcome outcome = script->second.front();
    if (script->second.size() > 1) script->second.pop_front();
    co_return outcome;
  }

 private:
  std::map<std::string, std::deque<Outcome>> scripts_;
  std::vector<HttpRequest> seen_;
  Waiters waiters_;
  bool held_ = false;
  int in_flight_ = 0;
  int in_flight_max_ = 0;
};

}  // namespace vacuum::openstack
