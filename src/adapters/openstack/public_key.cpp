#include "adapters/openstack/public_key.hpp"

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>
#include <boost/uuid/uuid_io.hpp>

#include "base/text.hpp"

namespace vacuum::openstack {

std::optional<PublicKey> parse_public_key(std::string_view line) {
  const auto words = split_words(line);
  if (words.size() < 2) return std::nullopt;
  PublicKey key{.type = words[0], .blob = words[1]};
  const auto bytes = decode_base64(key.blob);
  constexpr std::size_t kLengthBytes = 4;  // big-endian length, then the type's name
  if (!bytes || bytes->size() <= kLengthBytes + key.type.size() || key.type.size() > 255) return std::nullopt;
  const std::string head{'\0', '\0', '\0', static_cast<char>(key.type.size())};
  if (!bytes->starts_with(head + key.type)) return std::nullopt;
  return key;
}

std::string key_pair_name(const PublicKey& key) {
  boost::uuids::name_generator_sha1 generate(boost::uuids::ns::oid());
  return "vcycle-" + boost::uuids::to_string(generate(key.line()));
}

}  // namespace vacuum::openstack
