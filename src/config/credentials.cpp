#include "config/credentials.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "config/keystone_url.hpp"

namespace vacuum {
namespace {

/// The content of a file that holds one secret, without the newline at its end.
Secret read_secret_file(OptionReader& reader, const Sources& sources, std::string_view option) {
  const std::string path = reader.text(option);
  if (!path.starts_with('/')) {
    reader.fail(option, "is no absolute path", "write the path from / on");
    return {};
  }
  FileText file = sources.files.read(path);
  if (file.outcome != FileText::Outcome::found) {
    reader.fail(option, fmt::format("{} cannot be read: {}", path, file.problem),
                "put the file there, readable by the daemon's user");
    return {};
  }
  if (file.readable_by_others) {
    reader.warn(option, fmt::format("everybody on this host can read {}", path),
                fmt::format("chmod 600 {}", path));
  }
  std::string secret(trim(file.content));
  if (secret.empty()) reader.fail(option, fmt::format("{} is empty", path));
  return Secret(std::move(secret));
}

Secret read_plain(OptionReader& reader, std::string_view option) {
  Secret secret = reader.secret(option);
  if (secret.empty()) reader.fail(option, "has no value");
  return secret;
}

Secret read_base64(OptionReader& reader, std::string_view option) {
  const auto decoded = decode_base64(read_plain(reader, option).reveal());
  if (!decoded) {
    reader.fail(option, "is no Base64 text", "make it with: echo -n 'PASSword' | base64");
    return {};
  }
  return Secret(std::string(trim(*decoded)));  // as the original did: echo without -n adds a newline
}

/// The first of several options that can give the same secret.
std::optional<std::string_view> choose(OptionReader& reader,
                                       std::initializer_list<std::string_view> options) {
  std::optional<std::string_view> chosen;
  for (const auto option : options) {
    if (!reader.given(option)) continue;
    if (chosen) {
      reader.warn(option, fmt::format("is not used: {} is given too", *chosen), "keep one of the two");
    } else {
      chosen = option;
    }
  }
  return chosen;
}

void read_password(OptionReader& reader, const Sources& sources, OpenstackOptions& options) {
  const auto chosen = choose(reader, {"password_file", "password_base64", "password"});
  if (!chosen) return;
  if (*chosen == "password_file") {
    options.password = read_secret_file(reader, sources, *chosen);
  } else if (*chosen == "password_base64") {
    options.password = read_base64(reader, *chosen);
  } else {
    options.password = read_plain(reader, *chosen);
  }
}

void check_user(OptionReader& reader, const OpenstackOptions& options) {
  if (options.username.empty() && options.user_id.empty()) {
    reader.fail("username", "is missing: there are no credentials",
                "give username and password_file, or cred_id and cred_secret_file, or cloud");
    return;
  }
  const bool tells_password =
      reader.given("password_file") || reader.given("password_base64") || reader.given("password");
  if (options.password.empty() && !tells_password) {
    reader.fail("password_file", "is missing: there is no password", "give password_file or password_base64");
  }
  if (options.project.empty()) {
    reader.fail("project_name", "is required and missing", "add \"project_name = …\" to the section");
  }
}

void check_application_credential(OptionReader& reader, const OpenstackOptions& options) {
  if (options.credential_id.empty()) {
    reader.fail("cred_id", "is missing: there is only the secret of an application credential",
                "add \"cred_id = …\"");
  }
  if (options.credential_secret.empty() && !reader.given("cred_secret_file") &&
      !reader.given("cred_secret")) {
    reader.fail("cred_secret", "is missing: cred_id needs it", "give cred_secret_file or cred_secret");
  }
}

KeystoneReference reference_of(const CloudEntry& entry, const std::string& stem) {
  return {entry.get(stem + "_id"), entry.get(stem + "_name")};
}

/// A domain by name, where "default" is the id that every Keystone has.
KeystoneReference named_domain(const std::string& name) {
  return name == "default" ? KeystoneReference{.id = name} : KeystoneReference{.name = name};
}

/// The domain of the user or of the project, or the one that is given for both.
KeystoneReference domain_of(const CloudEntry& entry, const std::string& stem) {
  const KeystoneReference own = reference_of(entry, stem);
  if (!own.empty()) return own.id.empty() ? named_domain(own.name) : own;
  const KeystoneReference common = reference_of(entry, "domain");
  if (!common.empty()) return common.id.empty() ? named_domain(common.name) : common;
  return named_domain("default");
}

void review_cloud_entry(const CloudEntry& entry, const std::string& origin, OptionReader& reader) {
  const std::string type = entry.get("auth_type");
  if (!type.empty() && type != "password" && type != "v3password" && type != "v3applicationcredential") {
    reader.fail("cloud", fmt::format("{} has auth_type {}", origin, printable(type, 40)),
                "use password or v3applicationcredential");
  }
  if (!entry.get("application_credential_name").empty() && entry.get("application_credential_id").empty()) {
    reader.fail("cloud", fmt::format("{} names its application credential by name", origin),
                "give application_credential_id instead");
  }
  const std::string verify = to_lower(entry.get("verify"));
  if (verify == "false" || verify == "no" || verify == "off") {
    reader.warn("cloud",
                fmt::format("{} has verify: false, which is not followed: TLS is always verified", origin),
                "give the authority's certificate as cacert or ca_file");
  }
  if (!entry.get("profile").empty()) {
    reader.warn("cloud", fmt::format("{} has a profile, which is not looked up", origin),
                "write what the profile says into the cloud's own entry");
  }
}

std::string interface_of(const CloudEntry& entry) {
  std::string word = entry.get("interface");
  if (word.empty()) word = entry.get("endpoint_type");
  word = to_lower(word);
  if (word.ends_with("url")) word.resize(word.size() - 3);
  return word;
}

std::string first_of(const CloudEntry& entry, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    if (auto text = entry.get(key); !text.empty()) return text;
  }
  return {};
}

}  // namespace

void apply_cloud_entry(const CloudEntry& entry, const std::string& origin, OptionReader& reader,
                       OpenstackOptions& options) {
  review_cloud_entry(entry, origin, reader);
  options.url = entry.get("auth_url");
  options.username = entry.get("username");
  options.user_id = entry.get("user_id");
  options.password = Secret(entry.get("password"));
  options.project = {first_of(entry, {"project_id", "tenant_id"}),
                     first_of(entry, {"project_name", "tenant_name"})};
  options.user_domain = domain_of(entry, "user_domain");
  options.project_domain = domain_of(entry, "project_domain");
  options.credential_id = entry.get("application_credential_id");
  options.credential_secret = Secret(entry.get("application_credential_secret"));
  options.region = entry.get("region_name");
  if (auto interface = interface_of(entry); !interface.empty()) options.interface = std::move(interface);
  options.ca_file = entry.get("cacert");
}

void read_credentials(OptionReader& reader, const Sources& sources, OpenstackOptions& options) {
  if (reader.given("project_name")) options.project = {.name = reader.text("project_name")};
  if (reader.given("domain_name") || options.user_domain.empty()) {
    options.user_domain = options.project_domain = named_domain(reader.text("domain_name"));
  }
  if (reader.given("username")) {
    options.username = reader.text("username");
    options.user_id.clear();
    if (!reader.given("cred_id")) options.credential_id.clear();
  }
  read_password(reader, sources, options);
  if (reader.given("cred_id")) options.credential_id = reader.text("cred_id");
  if (const auto chosen = choose(reader, {"cred_secret_file", "cred_secret"})) {
    options.credential_secret =
        *chosen == "cred_secret" ? read_plain(reader, *chosen) : read_secret_file(reader, sources, *chosen);
  }
  const bool tells_secret = reader.given("cred_secret_file") || reader.given("cred_secret");
  if (options.uses_application_credential() || (tells_secret && options.username.empty())) {
    check_application_credential(reader, options);
  } else {
    check_user(reader, options);
  }
}

}  // namespace vacuum
