#include "platform/x509/proxy_chain.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include <fmt/format.h>

#include "platform/x509/handles.hpp"
#include "platform/x509/proxy_names.hpp"
#include "platform/x509/strength.hpp"

namespace vacuum {
namespace {

using Problem = std::optional<std::string>;

constexpr int kCriticalOnly = 1;
constexpr std::uint32_t kNoKeyUsage = UINT32_MAX;

bool has_extension(const Certificate& certificate, int kind) {
  return X509_get_ext_by_NID(certificate.get(), kind, -1) >= 0;
}

Result<ProxyTraits, X509Error> rfc3820_traits(const Certificate& certificate, const std::string& subject) {
  int critical = -1;  // -1: none there; -2: more than one
  const x509::ProxyInfo info(static_cast<PROXY_CERT_INFO_EXTENSION*>(
      X509_get_ext_d2i(certificate.get(), NID_proxyCertInfo, &critical, nullptr)));
  if (!info || info->proxyPolicy == nullptr) {
    ERR_clear_error();
    return Failure{X509Error{fmt::format("{} has a malformed proxyCertInfo", subject)}};
  }
  if (critical != kCriticalOnly) {
    return Failure{X509Error{fmt::format("{} has a proxyCertInfo that is not critical", subject)}};
  }
  ProxyTraits traits{.form = ProxyForm::rfc3820, .limited = false, .further_proxies_max = std::nullopt};
  if (info->pcPathLengthConstraint != nullptr) {
    const long most = ASN1_INTEGER_get(info->pcPathLengthConstraint);
    if (most < 0) return Failure{X509Error{fmt::format("{} has a malformed path length", subject)}};
    traits.further_proxies_max = most;
  }
  char language[64] = {};
  OBJ_obj2txt(language, sizeof language, info->proxyPolicy->policyLanguage, kNumericForm);
  traits.limited = language == kLimitedPolicy;
  if (!traits.limited && language != kInheritAllPolicy) {
    return Failure{X509Error{fmt::format(
        "{} is a proxy that does not inherit its issuer's rights (policy {})", subject, language)}};
  }
  return traits;
}

Problem validity_problem(const Certificate& certificate, TimePoint now) {
  if (now < certificate.not_before()) {
    return fmt::format("is not valid before {}", format_iso8601(certificate.not_before()));
  }
  if (now > certificate.not_after())
    return fmt::format("ended at {}", format_iso8601(certificate.not_after()));
  return std::nullopt;
}

/// What is wrong with a proxy for itself.
Problem own_problem(const Certificate& proxy, TimePoint now) {
  if (proxy.is_authority()) return "is an authority, which no proxy may be";
  if ((X509_get_extension_flags(proxy.get()) & EXFLAG_CRITICAL) != 0) {
    return "has a critical extension that is not known";
  }
  if (has_extension(proxy, NID_subject_alt_name) || has_extension(proxy, NID_issuer_alt_name)) {
    return "has alternative names, which no proxy may have";
  }
  const std::uint32_t usage = X509_get_key_usage(proxy.get());
  if (usage != kNoKeyUsage && (usage & KU_KEY_CERT_SIGN) != 0) return "claims that it may sign certificates";
  if (usage != kNoKeyUsage && (usage & KU_DIGITAL_SIGNATURE) == 0) return "has a key that may not sign";
  if (const Problem weak = x509::weakness(proxy)) return weak;
  return validity_problem(proxy, now);
}

/// What is wrong between a proxy and the certificate that should have issued it.
Problem link_problem(const Certificate& proxy, const Certificate& issuer) {
  if (X509_NAME_cmp(X509_get_issuer_name(proxy.get()), X509_get_subject_name(issuer.get())) != 0) {
    return fmt::format("is not issued by the certificate that follows it, {}", issuer.subject());
  }
  if (!x509::extends_by_common_name(X509_get_subject_name(proxy.get()),
                                    X509_get_subject_name(issuer.get()))) {
    return "is not named as its issuer and one CN";
  }
  const std::uint32_t usage = X509_get_key_usage(issuer.get());
  if (usage != kNoKeyUsage && (usage & KU_DIGITAL_SIGNATURE) == 0) return "has an issuer that may not sign";
  EVP_PKEY* key = X509_get0_pubkey(issuer.get());
  if (key == nullptr || X509_verify(proxy.get(), key) != 1) {
    ERR_clear_error();
    return "is not signed by its issuer";
  }
  return std::nullopt;
}

/// What is wrong with a proxy as one of several: `below` of them come before it in the chain.
Problem delegation_problem(const ProxyTraits& proxy, const ProxyTraits& issuer, std::size_t below) {
  if (proxy.further_proxies_max && static_cast<long>(below) > *proxy.further_proxies_max) {
    return fmt::format("allows {} further proxies, {} follow from it", *proxy.further_proxies_max, below);
  }
  if (issuer.form == ProxyForm::none) return std::nullopt;
  if (issuer.form != proxy.form) return "is of another form than the proxy that it comes from";
  if (issuer.limited && !proxy.limited) return "is a full proxy that comes from a limited one";
  return std::nullopt;
}

}  // namespace

Result<ProxyTraits, X509Error> proxy_traits(const Certificate& certificate) {
  if (has_extension(certificate, NID_proxyCertInfo))
    return rfc3820_traits(certificate, certificate.subject());
  const X509_NAME* subject = X509_get_subject_name(certificate.get());
  const std::string last = x509::last_common_name(subject);
  const bool limited = last == kLegacyLimitedName;
  if (!limited && last != kLegacyFullName) return ProxyTraits{};
  if (!x509::extends_by_common_name(subject, X509_get_issuer_name(certificate.get()))) return ProxyTraits{};
  return ProxyTraits{.form = ProxyForm::legacy, .limited = limited, .further_proxies_max = std::nullopt};
}

Result<ProxyChain, X509Error> walk_proxies(std::span<const Certificate> chain, TimePoint now) {
  if (chain.empty()) return Failure{X509Error{"there is no certificate"}};
  auto traits = proxy_traits(chain.front());
  if (!traits) return Failure{traits.error()};
  ProxyChain walked{.proxies = 0, .first = *traits, .end_entity = 0, .not_after = chain.front().not_after()};
  for (std::size_t i = 0; traits->form != ProxyForm::none; ++i) {
    const auto because = [&chain, i](const std::string& problem) {
      return Failure{X509Error{fmt::format("{} {}", chain[i].subject(), problem)}};
    };
    if (i + 1 == chain.size()) return because("is a proxy, and the certificate that issued it is missing");
    const Certificate& issuer = chain[i + 1];
    // An authority makes no proxies: it just named this one so.
    if (issuer.is_authority() && traits->form == ProxyForm::legacy) break;
    if (issuer.is_authority()) return because("is a proxy that an authority issued, which none may");
    if (walked.proxies == kProxyDepthMax) return because("is one proxy too many");
    if (const Problem problem = own_problem(chain[i], now)) return because(*problem);
    if (const Problem problem = link_problem(chain[i], issuer)) return because(*problem);
    auto issuer_traits = proxy_traits(issuer);
    if (!issuer_traits) return Failure{issuer_traits.error()};
    if (const Problem problem = delegation_problem(*traits, *issuer_traits, i)) return because(*problem);
    ++walked.proxies;
    walked.end_entity = i + 1;
    walked.not_after = std::min(walked.not_after, issuer.not_after());
    traits = std::move(issuer_traits);
  }
  if (const Problem problem = validity_problem(chain[walked.end_entity], now)) {
    return Failure{X509Error{fmt::format("{} {}", chain[walked.end_entity].subject(), *problem)}};
  }
  return walked;
}

}  // namespace vacuum
