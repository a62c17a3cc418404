#include "config/openstack_section.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/text.hpp"
#include "config/clouds_yaml.hpp"
#include "config/credentials.hpp"
#include "config/keystone_url.hpp"

namespace vacuum {
namespace {

/// Answers whether the cloud was found.
bool take_named_cloud(OptionReader& reader, const Sources& sources, const std::string& name,
                      OpenstackOptions& options) {
  auto entry = find_cloud(sources, name);
  if (!entry) {
    const auto& problem = entry.error();
    const std::string place =
        problem.location.file.empty()
            ? ""
            : problem.location.file +
                  (problem.location.line > 0 ? fmt::format(":{}", problem.location.line) : "") + " ";
    reader.fail("cloud", place + problem.message, problem.remedy);
    return false;
  }
  apply_cloud_entry(*entry, fmt::format("{} in {}", name, entry->location.file), reader, options);
  return true;
}

std::string variable(const Sources& sources, const std::string& name) {
  const auto found = sources.environment.find(name);
  return found == sources.environment.end() ? std::string() : found->second;
}

/// Starts from clouds.yaml or OS_* variables, where the section wants it or has nothing of its own.
/// Answers whether the rest of the credentials is worth looking at.
bool take_outer_credentials(OptionReader& reader, const Sources& sources, OpenstackOptions& options) {
  if (reader.given("cloud")) return take_named_cloud(reader, sources, reader.text("cloud"), options);
  if (reader.given("url")) return true;
  if (const auto name = variable(sources, "OS_CLOUD"); !name.empty()) {
    return take_named_cloud(reader, sources, name, options);
  }
  if (const auto entry = cloud_of_environment(sources)) {
    apply_cloud_entry(*entry, "the environment (OS_*)", reader, options);
  }
  return true;
}

void read_url(OptionReader& reader, OpenstackOptions& options) {
  if (reader.given("url")) options.url = reader.text("url");
  if (options.url.empty()) {
    reader.fail("url", reader.given("url") ? "has no value" : "is required and missing",
                "add \"url = https://HOST:5000/v3\", or \"cloud = NAME\"");
    return;
  }
  auto parsed = parse_keystone_url(options.url);
  if (!parsed) {
    reader.fail("url", parsed.error().message, "write it as https://HOST:5000/v3");
    options.url.clear();
    return;
  }
  if (parsed->was_version_2) {
    reader.warn("url", "asks for version 2 of the identity API, which is gone; version 3 is used",
                "end it in /v3");
  }
  if (parsed->is_clear_text) {
    reader.warn("url", "is not https: whoever is on the way can read the credentials", "use https");
  }
  options.url = parsed->url;
}

bool is_uuid(std::string_view text) {
  const auto is_hex = [](unsigned char c) { return std::isxdigit(c) != 0; };
  if (text.size() == 32) return std::ranges::all_of(text, is_hex);
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(static_cast<unsigned char>(text[i]))) return false;
  }
  return true;
}

void read_network(OptionReader& reader, OpenstackOptions& options) {
  options.network_uuid = reader.text("network_uuid");
  if (to_lower(options.network_uuid) == "none") options.network_uuid = "none";
  if (!options.network_uuid.empty() && options.network_uuid != "none" && !is_uuid(options.network_uuid)) {
    reader.fail("network_uuid", "is neither the id of a network nor none",
                "look the id up with: openstack network list");
  }
}

void read_interface(OptionReader& reader, OpenstackOptions& options) {
  if (reader.given("interface")) options.interface = to_lower(reader.text("interface"));
  if (options.interface != "public" && options.interface != "internal" && options.interface != "admin") {
    reader.fail("interface", fmt::format("\"{}\" is no interface", printable(options.interface, 40)),
                "write public, internal or admin");
  }
}

void read_ca_file(OptionReader& reader, const Sources& sources, OpenstackOptions& options) {
  if (reader.given("ca_file")) options.ca_file = reader.text("ca_file");
  if (options.ca_file.empty()) return;
  const FileText file = sources.files.read(options.ca_file);
  if (file.outcome != FileText::Outcome::found) {
    reader.fail("ca_file", fmt::format("{} cannot be read: {}", options.ca_file, file.problem),
                "name a readable PEM file");
  } else if (file.content.find("-----BEGIN ") == std::string::npos) {
    reader.fail("ca_file", fmt::format("{} holds no PEM certificate", options.ca_file), "name a PEM file");
  }
}

void review_versions(OptionReader& reader) {
  if (const auto version = reader.text("api_version"); !version.empty()) {
    if (version == "2" || version.starts_with("2.")) {
      reader.warn("api_version", "version 2 of the identity API is gone; version 3 is used",
                  "remove the option");
    } else if (version != "3" && !version.starts_with("3.")) {
      reader.fail("api_version",
                  fmt::format("\"{}\" is no version of the identity API", printable(version, 40)),
                  "remove the option");
    }
  }
  if (reader.integer("glance_api") == 1) {
    reader.warn("glance_api", "version 1 of the image API is gone; version 2 is used", "remove the option");
  }
}

}  // namespace

OpenstackOptions read_openstack(OptionReader& reader, const Sources& sources) {
  OpenstackOptions options;
  if (take_outer_credentials(reader, sources, options)) {
    read_url(reader, options);
    read_credentials(reader, sources, options);
  }
  if (reader.given("region")) options.region = reader.text("region");
  read_interface(reader, options);
  read_ca_file(reader, sources, options);
  read_network(reader, options);
  review_versions(reader);
  options.security_groups = reader.words("security_groups");
  options.requests_in_flight = static_cast<int>(reader.integer("requests_in_flight").value_or(24));
  options.requests_per_second = reader.number("requests_per_second");
  options.request_timeout = Seconds{reader.integer("request_seconds").value_or(60)};
  return options;
}

}  // namespace vacuum
