// Keystone v3: versions, tokens, the catalogue.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "sim/openstack_api/openstack_api.hpp"

namespace vacuum::sim {
namespace {

namespace json = boost::json;

constexpr int kTooDeep = 32;

const json::value* at(const json::value* value, std::string_view key) {
  const json::object* object = value ? value->if_object() : nullptr;
  return object ? object->if_contains(key) : nullptr;
}

std::string_view text_at(const json::value* value, std::string_view key) {
  const json::value* found = at(value, key);
  const json::string* text = found ? found->if_string() : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

bool has_method(const json::value* identity, std::string_view wanted) {
  const json::value* methods = at(identity, "methods");
  if (!methods || !methods->is_array()) return false;
  for (const json::value& method : methods->get_array())
    if (method.is_string() && method.get_string() == wanted) return true;
  return false;
}

std::string version_document(const ApiRequest& request) {
  return fmt::format(
      R"({{"id": "v3.14", "status": "stable", "updated": "2020-04-07T00:00:00Z", "links": [{{"rel": "self", )"
      R"("href": "{}/v3/"}}], "media-types": [{{"base": "application/json", )"
      R"("type": "application/vnd.openstack.identity-v3+json"}}]}})",
      request.service_url());
}

bool is_default_domain(const json::value* domain) {
  if (!domain) return false;
  const std::string_view id = text_at(domain, "id");
  return id.empty() ? text_at(domain, "name") == "Default" : id == "default";
}

/// Whether the scope that was asked for, if any, is the user's own project.
bool scope_fits(const json::value* scope, const CloudProject& project) {
  if (!scope) return true;
  const json::value* wanted = at(scope, "project");
  if (const std::string_view id = text_at(wanted, "id"); !id.empty()) return id == project.id;
  return text_at(wanted, "name") == project.name && is_default_domain(at(wanted, "domain"));
}

struct Login {
  std::optional<std::size_t> user;
  std::optional<std::size_t> credential;
  std::string_view refusal = "The request you have made requires authentication.";
};

/// Whether the request means this credential, by its id or by its name and its user's.
bool is_named(const json::value* given, const ApplicationCredentialSettings& known,
              const UserSettings& user) {
  if (const std::string_view id = text_at(given, "id"); !id.empty()) return id == known.id;
  return text_at(given, "name") == known.name && text_at(at(given, "user"), "name") == user.name;
}

Login by_application_credential(const Identity& identity, const json::value* auth) {
  const json::value* given = at(at(auth, "identity"), "application_credential");
  if (at(auth, "scope"))
    return {.refusal =
                "Error authenticating with application credential: Application credentials cannot request a "
                "scope."};
  const Secret secret{std::string(text_at(given, "secret"))};
  for (std::size_t i = 0; i < identity.users().size(); ++i) {
    const UserSettings& user = identity.users()[i].settings;
    for (std::size_t c = 0; c < user.application_credentials.size(); ++c) {
      const ApplicationCredentialSettings& known = user.application_credentials[c];
      if (is_named(given, known, user) && known.secret == secret) return {.user = i, .credential = c};
    }
  }
  return {};
}

Login by_password(const Identity& identity, const CloudModel& model, const json::value* auth) {
  const json::value* given = at(at(at(auth, "identity"), "password"), "user");
  Login login;
  const std::string_view name = text_at(given, "name");
  const auto user = identity.find_user(name, text_at(given, "id"));
  if (!user || (!name.empty() && !is_default_domain(at(given, "domain")))) return login;
  const IdentityUser& known = identity.users()[*user];
  if (known.settings.password != Secret(std::string(text_at(given, "password")))) return login;
  if (scope_fits(at(auth, "scope"), model.projects()[known.project])) login.user = user;
  return login;
}

std::string endpoints(std::string_view name, std::string_view type, std::string_view url,
                      std::string_view region) {
  std::string list;
  for (const std::string_view interface : {"public", "internal", "admin"})
    list += fmt::format(
        R"({}{{"id": "{}-{}", "interface": "{}", "region_id": "{}", "url": "{}", "region": "{}"}})",
        list.empty() ? "" : ", ", name, interface, interface, region, url, region);
  return fmt::format(R"({{"endpoints": [{}], "id": "{}", "type": "{}", "name": "{}"}})", list, name, type,
                     name);
}

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string iso8601(Moment moment) {
  std::string out;
  append_iso8601(out, in_seconds(moment));
  return out + ".000000Z";
}

constexpr std::string_view kDomain = R"({"id": "default", "name": "Default"})";

}  // namespace

std::string OpenstackApi::catalog(const ApiRequest& request) const {
  const std::string& region = model_.region();
  const auto url = [&](std::string_view service, std::string_view version) {
    return fmt::format("{}{}{}", request.origin, service, version);
  };
  return fmt::format("[{}, {}, {}, {}]", endpoints("nova", "compute", url(kComputePath, "/v2.1"), region),
                     endpoints("keystone", "identity", url(kIdentityPath, "/v3/"), region),
                     endpoints("glance", "image", url(kImagePath, ""), region),
                     endpoints("neutron", "network", url(kNetworkPath, ""), region));
}

ServedResponse OpenstackApi::identity_service(const ApiRequest& request) {
  ServedResponse response;
  if (request.segments.empty() && request.method() == "GET") {
    response =
        json_response(300, fmt::format(R"({{"versions": {{"values": [{}]}}}})", version_document(request)));
    response.headers.emplace_back("Location", request.service_url() + "/v3/");
  } else if (request.is("GET", {"v3"})) {
    response = json_response(200, fmt::format(R"({{"version": {}}})", version_document(request)));
  } else if (request.is("POST", {"v3", "auth", "tokens"})) {
    response = create_token(request);
  } else {
    response = validate_token(request);
  }
  response.headers.emplace_back("Vary", "X-Auth-Token");
  return response;
}

ServedResponse OpenstackApi::create_token(const ApiRequest& request) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = kTooDeep;
  const json::value body = json::parse(request.raw.body, error, {}, options);
  if (error) return keystone_error(400, "Malformed json in request body");
  const json::value* auth = at(&body, "auth");
  const json::value* identity = at(auth, "identity");
  if (!identity) return keystone_error(400, "'identity' is a required property");
  Login login;
  if (has_method(identity, "application_credential"))
    login = by_application_credential(identity_, auth);
  else if (has_method(identity, "password"))
    login = by_password(identity_, model_, auth);
  if (!login.user) {
    ServedResponse refusal = keystone_401(request);
    refusal.body = keystone_error(401, login.refusal).body;
    return refusal;
  }
  const std::string text = identity_.issue(*login.user, login.credential, request.now);
  return show_token(request, text, *identity_.check(text, request.now), 201);
}

ServedResponse OpenstackApi::show_token(const ApiRequest& request, std::string_view text, const Token& token,
                                        int status) const {
  const IdentityUser& user = identity_.users()[token.user];
  const CloudProject& project = model_.projects()[token.project];
  std::string body = fmt::format(
      R"({{"token": {{"methods": ["{}"], "user": {{"domain": {}, "id": "{}", "name": {}, "password_expires_at": null}}, )"
      R"("audit_ids": ["{}"], "expires_at": "{}", "issued_at": "{}", "project": {{"domain": {}, "id": "{}", "name": {}}}, )"
      R"("is_domain": false, "roles": [{{"id": "cloudbox-simulated-reader", "name": "reader"}}, )"
      R"({{"id": "cloudbox-simulated-member", "name": "member"}}])",
      token.credential ? "application_credential" : "password", kDomain, user.id, quoted(user.settings.name),
      token.audit_id, iso8601(token.expires), iso8601(token.issued), kDomain, project.id,
      quoted(project.name));
  if (token.credential) {
    const ApplicationCredentialSettings& credential =
        user.settings.application_credentials[*token.credential];
    body += fmt::format(R"(, "application_credential": {{"id": {}, "name": {}, "restricted": true}})",
                        quoted(credential.id), quoted(credential.name));
  }
  if (!request.target.parameter("nocatalog")) body += R"(, "catalog": )" + catalog(request);
  ServedResponse response = json_response(status, body + "}}");
  response.headers.emplace_back("X-Subject-Token", std::string(text));
  return response;
}

ServedResponse OpenstackApi::validate_token(const ApiRequest& request) {
  const Token* own = identity_.check(header_value(request.raw.headers, "X-Auth-Token"), request.now);
  if (!own) return keystone_401(request);
  const std::string subject(header_value(request.raw.headers, "X-Subject-Token"));
  const Token* token = identity_.check(subject, request.now);
  const bool about_token =
      request.segments.size() == 3 && request.segments[1] == "auth" && request.segments[2] == "tokens";
  if (about_token && !token) return keystone_error(404, "Could not recognize Fernet token");
  if (request.is("GET", {"v3", "auth", "tokens"})) return show_token(request, subject, *token, 200);
  if (request.is("DELETE", {"v3", "auth", "tokens"})) {
    identity_.revoke(subject);
    return {.status = 204};
  }
  if (request.is("GET", {"v3", "auth", "catalog"}))
    return json_response(
        200, fmt::format(R"({{"catalog": {}, "links": {{"next": null, "self": "{}/v3/auth/catalog", )"
                         R"("previous": null}}}})",
                         catalog(request), request.service_url()));
  return keystone_error(404, "Not Found");
}

}  // namespace vacuum::sim
