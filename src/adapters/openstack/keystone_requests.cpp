#include "adapters/openstack/keystone_requests.hpp"

#include <boost/json/serialize.hpp>

#include "adapters/openstack/json.hpp"
#include "base/text.hpp"

namespace vacuum::openstack {
namespace {

namespace json = boost::json;

json::object domain_json(const Domain& domain) {
  if (!domain.id.empty()) return {{"id", domain.id}};
  // The domain that every Keystone begins with has this id; its name is "Default", and old configurations say
  // "default".
  if (domain.name.empty() || domain.name == "default") return {{"id", "default"}};
  return {{"name", domain.name}};
}

/// A user or a project.
json::object named_json(const std::string& id, const std::string& name, const Domain& domain) {
  if (!id.empty()) return {{"id", id}};
  return {{"name", name}, {"domain", domain_json(domain)}};
}

json::object auth_json(const PasswordLogin& login) {
  json::object user = named_json(login.user_id, login.user_name, login.user_domain);
  user["password"] = login.password.reveal();
  const json::object identity{{"methods", {"password"}}, {"password", {{"user", user}}}};
  const json::object scope{
      {"project", named_json(login.project_id, login.project_name, login.project_domain)}};
  return {{"identity", identity}, {"scope", scope}};
}

// No scope: Keystone refuses one beside an application credential.
json::object auth_json(const ApplicationCredential& login) {
  json::object credential{{"secret", login.secret.reveal()}};
  if (!login.id.empty()) {
    credential["id"] = login.id;
  } else {
    credential["name"] = login.name;
    credential["user"] = named_json(login.user_id, login.user_name, login.user_domain);
  }
  const json::object identity{{"methods", {"application_credential"}},
                              {"application_credential", credential}};
  return {{"identity", identity}};
}

/// "2026-11-22T14:35:23.000000Z".
std::optional<TimePoint> token_time(std::string_view text) {
  constexpr std::size_t kToTheSecond = 19;
  return parse_iso8601(std::string(text.substr(0, kToTheSecond)) + "Z");
}

}  // namespace

std::string login_body(const Login& login) {
  const json::object auth = std::visit([](const auto& kind) { return auth_json(kind); }, login);
  return json::serialize(json::object{{"auth", auth}});
}

const Secret& secret_of(const Login& login) {
  if (const auto* password = std::get_if<PasswordLogin>(&login)) return password->password;
  return std::get<ApplicationCredential>(login).secret;
}

std::optional<TokenInfo> read_token_body(std::string_view body) {
  const auto document = parse_json(body);
  const auto* root = document ? document->if_object() : nullptr;
  const auto* token = root == nullptr ? nullptr : object_at(*root, "token");
  if (token == nullptr) return std::nullopt;
  const auto issued = token_time(string_at(*token, "issued_at"));
  const auto expires = token_time(string_at(*token, "expires_at"));
  if (!issued || !expires) return std::nullopt;
  TokenInfo info{.lifetime = *expires - *issued, .catalogue = {}};
  if (const auto* services = array_at(*token, "catalog")) info.catalogue = Catalogue::from_json(*services);
  return info;
}

}  // namespace vacuum::openstack
