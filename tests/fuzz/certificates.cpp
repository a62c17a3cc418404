// Certificates: of TLS clients (DER, byte 0 is 0x30), of the site's own files and of its authorities (PEM).
#include "fuzz.hpp"
#include "platform/distinguished_name.hpp"
#include "platform/x509/client_identity.hpp"
#include "platform/x509/proxy_issuer.hpp"

namespace vacuum::fuzz {
namespace {

void look_at(const Certificate& certificate) {
  for (const std::string& name : {certificate.subject(), certificate.issuer()}) {
    require(is_one_line(name), "a name is one line");
    require(dn_components(name).empty() == name.empty(), "a name has components");
    require(name.empty() || dn_matches(name, name), "a name matches itself");
  }
  const auto traits = proxy_traits(certificate);
  require(traits.ok() || is_one_line(traits.error().message), "an error is one line");
  require(parse_pem_certificates(to_pem(certificate)).ok(), "what is written can be read");
}

void try_client(std::string_view der) {
  const std::vector<std::string> chain{std::string(der), std::string(der)};
  require(!verify_client(chain, TrustAnchors::from_files({}), TimePoint{}),
          "nobody is trusted without authorities");
}

}  // namespace

void try_input(std::string_view data) {
  if (const auto certificate = parse_der_certificate(data)) look_at(*certificate);
  if (data.starts_with('\x30')) return try_client(data);
  if (const auto certificates = parse_pem_certificates(data)) {
    for (const Certificate& certificate : *certificates) look_at(certificate);
  }
  const std::string text(data);
  (void)ProxyIssuer::read({"cert", text, "key", Secret(text)});
  (void)TrustAnchors::from_files({{"a.pem", text}, {"a.crl", text}});
}

}  // namespace vacuum::fuzz
