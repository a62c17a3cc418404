#include "adapters/http/redirect_follower.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include "adapters/http/curl_failure.hpp"
#include "base/internal_host.hpp"
#include "base/text.hpp"

namespace vacuum {
namespace {

constexpr int kRedirectsMax = 5;

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool is_https(std::string_view url) {
  return to_lower(url.substr(0, 8)) == "https://";
}

/// The host of a URL, without the brackets of an IPv6 address; empty where there is none.
std::string host_of(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts(curl_url(), &curl_url_cleanup);
  char* text = nullptr;
  const bool found = parts && curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) == CURLUE_OK &&
                     curl_url_get(parts.get(), CURLUPART_HOST, &text, 0) == CURLUE_OK;
  if (!found) return {};
  std::string host(text);
  curl_free(text);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return host;
}

HttpFailure refusal(const std::string& url, std::string_view reason) {
  return {HttpFailureKind::not_allowed, fmt::format("{}: {}", shown_url(url), reason)};
}

}  // namespace

Result<std::string, std::string> redirect_target(const std::string& url, std::string_view location) {
  if (location.empty()) return Failure{std::string("is redirected to nowhere")};
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts(curl_url(), &curl_url_cleanup);
  char* text = nullptr;
  const bool resolved =
      parts && curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) == CURLUE_OK &&
      curl_url_set(parts.get(), CURLUPART_URL, std::string(location).c_str(), 0) == CURLUE_OK &&
      curl_url_set(parts.get(), CURLUPART_FRAGMENT, nullptr, 0) == CURLUE_OK &&
      curl_url_get(parts.get(), CURLUPART_URL, &text, 0) == CURLUE_OK;
  if (!resolved)
    return Failure{fmt::format("is redirected to what is not a URL: {}", printable(location, 100))};
  std::string target(text);
  curl_free(text);
  if (is_internal_host(host_of(target)) && !is_internal_host(host_of(url))) {
    return Failure{
        fmt::format("is redirected to {}, which is inside the site and is not followed", shown_url(target))};
  }
  if (is_https(url) && !is_https(target)) {
    return Failure{fmt::format("is redirected from https to {}, which is not followed", shown_url(target))};
  }
  return target;
}

Async<Result<HttpResponse, HttpFailure>> RedirectFollower::send(HttpRequest request) {
  if (request.method != "GET" && request.method != "HEAD") co_return co_await http_.send(std::move(request));
  const Milliseconds deadline = clock_.monotonic() + request.timeout;
  for (int redirects = 0; redirects <= kRedirectsMax; ++redirects) {
    HttpRequest hop = request;
    hop.timeout = deadline - clock_.monotonic();
    if (hop.timeout <= Milliseconds{0}) {
      co_return Failure{HttpFailure{HttpFailureKind::answer_lost,
                                    shown_url(request.url) + ": no answer within the time allowed"}};
    }
    auto answer = co_await http_.send(std::move(hop));
    if (!answer || !is_redirect(answer->status)) co_return answer;
    auto target = redirect_target(request.url, header_value(answer->headers, "Location"));
    if (!target) co_return Failure{refusal(request.url, target.error())};
    request.url = std::move(*target);
  }
  co_return Failure{refusal(request.url, fmt::format("more than {} redirects", kRedirectsMax))};
}

}  // namespace vacuum
