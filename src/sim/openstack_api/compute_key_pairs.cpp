// Nova: os-keypairs.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "sim/openstack_api/openstack_api.hpp"

namespace vacuum::sim {
namespace {

namespace json = boost::json;

constexpr std::size_t kKeyPairLimit = 100;
constexpr std::size_t kDepthLimit = 32;

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

/// Sixteen bytes that tell one key from another; a real cloud takes MD5.
std::string fingerprint_of(std::string_view key) {
  std::uint64_t low = 1469598103934665603u, high = 1099511628211u;
  for (const char c : key) {
    low = (low ^ static_cast<unsigned char>(c)) * 1099511628211u;
    high = (high ^ low) * 0x9E3779B97F4A7C15u;
  }
  std::string text;
  for (const std::uint64_t part : {low, high})
    for (int shift = 56; shift >= 0; shift -= 8)
      text += fmt::format("{}{:02x}", text.empty() ? "" : ":", part >> shift & 0xFF);
  return text;
}

/// Whether the text is "TYPE BASE64 [comment]" with the type named inside the key, too.
bool is_public_key(std::string_view text) {
  const auto words = split_words(text);
  if (words.size() < 2) return false;
  const auto blob = decode_base64(words[1]);
  return blob && blob->size() > 4 + words[0].size() && blob->compare(4, words[0].size(), words[0]) == 0;
}

std::string brief(const CloudKeyPair& key, int microversion) {
  std::string text = fmt::format(R"("name": {}, "public_key": {}, "fingerprint": "{}")", quoted(key.name),
                                 quoted(key.public_key), key.fingerprint);
  if (microversion >= 2) text += R"(, "type": "ssh")";
  return text;
}

std::string not_found(std::string_view name, std::string_view user) {
  return fmt::format("Keypair {} not found for user {}", printable(name, 100), user);
}

}  // namespace

ServedResponse OpenstackApi::list_key_pairs(const ComputeCall& call) const {
  std::string list;
  for (const auto& [name, key] : model_.projects()[call.token.project].key_pairs)
    list += fmt::format("{}{{\"keypair\": {{{}}}}}", list.empty() ? "" : ", ", brief(key, call.microversion));
  return json_response(200, fmt::format(R"({{"keypairs": [{}]}})", list));
}

ServedResponse OpenstackApi::show_key_pair(const ComputeCall& call) const {
  const std::string& user = identity_.users()[call.token.user].id;
  const auto& keys = model_.projects()[call.token.project].key_pairs;
  const auto found = keys.find(call.request.segments.back());
  if (found == keys.end()) return nova_error(404, not_found(call.request.segments.back(), user));
  std::string created;
  append_iso8601(created, in_seconds(found->second.created));
  return json_response(200,
                       fmt::format(R"({{"keypair": {{{}, "user_id": "{}", "created_at": "{}.000000", )"
                                   R"("deleted": false, "deleted_at": null, "id": 1, "updated_at": null}}}})",
                                   brief(found->second, call.microversion), user, created));
}

ServedResponse OpenstackApi::create_key_pair(const ComputeCall& call) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = kDepthLimit;
  const json::value body = json::parse(call.request.raw.body, error, {}, options);
  const json::object* top = error ? nullptr : body.if_object();
  const json::value* given = top ? top->if_contains("keypair") : nullptr;
  if (!given || !given->is_object()) return nova_error(400, "'keypair' is a required property");
  const json::value* name = given->get_object().if_contains("name");
  const json::value* key = given->get_object().if_contains("public_key");
  if (!name || !name->is_string() || name->get_string().empty() || name->get_string().size() > 255)
    return nova_error(400, "Invalid input for field/attribute name.");
  if (!key || !key->is_string())
    return nova_error(400, "cloudbox (simulated) makes no keys: 'public_key' is needed");
  CloudKeyPair pair{std::string(name->get_string()), std::string(key->get_string()), {}, call.request.now};
  if (!is_public_key(pair.public_key))
    return nova_error(400, "Keypair data is invalid: failed to generate fingerprint");
  pair.fingerprint = fingerprint_of(pair.public_key);
  auto& keys = model_.projects()[call.token.project].key_pairs;
  if (keys.contains(pair.name))
    return nova_error(409, fmt::format("Key pair '{}' already exists.", printable(pair.name)));
  if (keys.size() >= kKeyPairLimit) return nova_error(403, "Quota exceeded, too many key pairs.");
  ServedResponse response =
      json_response(call.microversion >= 2 ? 201 : 200,
                    fmt::format(R"({{"keypair": {{{}, "user_id": "{}"}}}})", brief(pair, call.microversion),
                                identity_.users()[call.token.user].id));
  keys.emplace(pair.name, std::move(pair));
  return response;
}

ServedResponse OpenstackApi::delete_key_pair(const ComputeCall& call) {
  const std::string& name = call.request.segments.back();
  if (model_.projects()[call.token.project].key_pairs.erase(name) == 0)
    return nova_error(404, not_found(name, identity_.users()[call.token.user].id));
  return json_response(call.microversion >= 2 ? 204 : 202, "");
}

}  // namespace vacuum::sim
