#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vacuum::openstack {

/// An OpenSSH public key of any type: "ssh-ed25519 AAAA… comment". The comment is no part of what it is.
struct PublicKey {
  std::string type;
  std::string blob;  ///< base64

  [[nodiscard]] std::string line() const { return type + " " + blob; }
  friend bool operator==(const PublicKey&, const PublicKey&) = default;
};

/// Nothing where the line is no public key: the blob has to begin with its type.
[[nodiscard]] std::optional<PublicKey> parse_public_key(std::string_view line);

/// A name for importing the key: the same wherever and whenever it is made.
[[nodiscard]] std::string key_pair_name(const PublicKey& key);

}  // namespace vacuum::openstack
