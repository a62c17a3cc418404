#include "adapters/http/curl_failure.hpp"

#include "base/text.hpp"

namespace vacuum {

HttpFailureKind failure_kind(CURLcode code, bool request_begun) {
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_LOGIN_DENIED:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      if (!request_begun) return HttpFailureKind::not_allowed;
      break;
    default:
      break;
  }
  return request_begun ? HttpFailureKind::answer_lost : HttpFailureKind::not_sent;
}

std::string shown_url(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return printable(url);
  const std::size_t host = scheme_end + 3;
  const auto host_end = std::min(url.find('/', host), url.size());
  const auto at = url.substr(host, host_end - host).rfind('@');
  const std::size_t shown_from = at == std::string_view::npos ? host : host + at + 1;
  return printable(std::string(url.substr(0, host)) + std::string(url.substr(shown_from)));
}

}  // namespace vacuum
