#include "platform/x509/client_identity.hpp"

#include <vector>

#include <fmt/format.h>

#include "platform/x509/proxy_chain.hpp"

namespace vacuum {

Result<ClientIdentity, X509Error> verify_client(std::span<const std::string> der_chain,
                                                const TrustAnchors& anchors, TimePoint now) {
  if (der_chain.empty()) return Failure{X509Error{"the client presented no certificate"}};
  if (der_chain.size() > kChainLengthMax) {
    return Failure{X509Error{fmt::format("the client presented more than {} certificates", kChainLengthMax)}};
  }
  std::vector<Certificate> chain;
  for (const std::string& der : der_chain) {
    auto certificate = parse_der_certificate(der);
    if (!certificate) return Failure{certificate.error()};
    chain.push_back(std::move(*certificate));
  }
  auto walked = walk_proxies(chain, now);
  if (!walked) return Failure{walked.error()};
  const Certificate& end_entity = chain[walked->end_entity];
  const auto others = std::span(chain).subspan(walked->end_entity + 1);
  auto trusted = anchors.verify(end_entity, others, CertificatePurpose::tls_client, now);
  if (!trusted) return Failure{trusted.error()};
  return ClientIdentity{
      .dn = end_entity.subject(), .proxies = walked->proxies, .not_after = walked->not_after};
}

}  // namespace vacuum
