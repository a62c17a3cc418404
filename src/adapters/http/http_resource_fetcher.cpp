#include "adapters/http/http_resource_fetcher.hpp"

#include <fmt/format.h>

#include "adapters/http/curl_failure.hpp"
#include "base/text.hpp"

namespace vacuum {
namespace {

constexpr int kRequestTimeout = 408;
constexpr int kTooManyRequests = 429;

bool is_passing(int status) {
  return status >= 500 || status == kRequestTimeout || status == kTooManyRequests;
}

FetchError error(FetchDecision decision, const std::string& url, std::string_view what) {
  return {decision, fmt::format("{}: {}", shown_url(url), what)};
}

FetchError error_of(const HttpFailure& failure) {
  switch (failure.kind) {
    case HttpFailureKind::not_sent:
    case HttpFailureKind::answer_lost:
      return {FetchDecision::retry, failure.message};
    case HttpFailureKind::not_allowed:
    case HttpFailureKind::too_long:
    case HttpFailureKind::local_file:
      break;
  }
  return {FetchDecision::give_up, failure.message};
}

HttpRequest http_request(const FetchRequest& request) {
  HttpRequest http;
  http.url = request.url;
  http.headers = {{"Accept", "*/*"}};
  if (!request.known.etag.empty()) http.headers.emplace_back("If-None-Match", request.known.etag);
  if (!request.known.last_modified.empty()) {
    http.headers.emplace_back("If-Modified-Since", request.known.last_modified);
  }
  http.timeout = request.timeout;
  http.max_answer_bytes = request.max_bytes;
  return http;
}

/// Why the body of a 200 is not what was asked for; empty where it may be.
std::string_view find_fault(const HttpResponse& answer) {
  const std::string_view encoding = header_value(answer.headers, "Content-Encoding");
  if (!encoding.empty() && to_lower(encoding) != "identity")
    return "is sent compressed, which was not asked for";
  if (trim(answer.body).empty()) return "is empty";
  if (is_html_page(header_value(answer.headers, "Content-Type"), answer.body)) {
    return "is an HTML page, not the file: an error or login page?";
  }
  return {};
}

}  // namespace

bool is_html_page(std::string_view content_type, std::string_view body) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  constexpr std::size_t kStartBytes = 64;
  if (body.starts_with(kByteOrderMark)) body.remove_prefix(kByteOrderMark.size());
  const std::string start = to_lower(trim(body).substr(0, kStartBytes));
  if (start.starts_with("<!doctype html") || start.starts_with("<html")) return true;
  const std::string type = to_lower(trim(content_type.substr(0, content_type.find(';'))));
  return start.starts_with('<') && (type == "text/html" || type == "application/xhtml+xml");
}

Async<Result<FetchAnswer, FetchError>> HttpResourceFetcher::fetch(FetchRequest request) {
  HttpRequest http = http_request(request);
  auto answer = co_await http_.send(std::move(http));
  if (!answer) co_return Failure{error_of(answer.error())};
  const bool has_copy = !(request.known == Validators{});
  if (answer->status == 304 && has_copy) co_return FetchAnswer{NotModified{}};
  const std::string& url = answer->url.empty() ? request.url : answer->url;
  if (answer->status != 200) {
    const auto decision = is_passing(answer->status) ? FetchDecision::retry : FetchDecision::give_up;
    co_return Failure{error(decision, url, fmt::format("status {}", answer->status))};
  }
  const std::string_view fault = find_fault(*answer);
  if (!fault.empty()) co_return Failure{error(FetchDecision::give_up, url, fault)};
  FetchedText fetched{.text = std::move(answer->body),
                      .url = url,
                      .validators = {std::string(header_value(answer->headers, "ETag")),
                                     std::string(header_value(answer->headers, "Last-Modified"))}};
  co_return FetchAnswer{std::move(fetched)};
}

}  // namespace vacuum
