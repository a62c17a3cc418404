#include "platform/machine_token.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum {
namespace {

/// RFC 4648, section 5, without padding: safe in headers, paths and shell scripts.
std::string base64url(std::string_view bytes) {
  std::string text = encode_base64(bytes);
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return text;
}

}  // namespace

Secret machine_token(const Secret& key, const SpaceName& space, const MachineName& machine) {
  if (key.reveal().size() < kTokenKeyBytes) throw std::logic_error("a token key is too short");
  const std::string message = fmt::format("{}/{}", space, machine);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  if (HMAC(EVP_sha256(), key.reveal().data(), static_cast<int>(key.reveal().size()), bytes, message.size(),
           digest.data(), &length) == nullptr) {
    throw std::runtime_error("HMAC-SHA256 failed");
  }
  return Secret(base64url({reinterpret_cast<const char*>(digest.data()), length}));
}

bool is_machine_token(std::string_view presented, const Secret& key, const SpaceName& space,
                      const MachineName& machine) {
  const Secret expected = machine_token(key, space, machine);
  return presented.size() == expected.reveal().size() &&
         CRYPTO_memcmp(presented.data(), expected.reveal().data(), presented.size()) == 0;
}

}  // namespace vacuum
