#include "config/clouds_yaml.hpp"

#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "base/text.hpp"

namespace vacuum {
namespace {

/// The keys of a cloud that mean something here; those of its `auth` map come without a prefix.
constexpr std::array kKeys = {"auth_type", "region_name", "interface", "endpoint_type", "cacert",
                              "verify",    "profile",     "username",  "password"};
constexpr std::array kAuthKeys = {"auth_url",
                                  "username",
                                  "user_id",
                                  "password",
                                  "project_name",
                                  "project_id",
                                  "tenant_name",
                                  "tenant_id",
                                  "domain_name",
                                  "domain_id",
                                  "user_domain_name",
                                  "user_domain_id",
                                  "project_domain_name",
                                  "project_domain_id",
                                  "application_credential_id",
                                  "application_credential_name",
                                  "application_credential_secret"};

std::string environment_value(const Sources& sources, const std::string& name) {
  const auto found = sources.environment.find(name);
  return found == sources.environment.end() ? std::string() : found->second;
}

std::vector<std::string> search_places(const Sources& sources, std::string_view variable,
                                       std::string_view file) {
  std::vector<std::string> places;
  if (auto given = environment_value(sources, std::string(variable)); !given.empty())
    places.push_back(std::move(given));
  places.push_back(fmt::format("{}/{}", sources.working_directory, file));
  if (!sources.home_directory.empty()) {
    places.push_back(fmt::format("{}/.config/openstack/{}", sources.home_directory, file));
  }
  places.push_back(fmt::format("{}/openstack/{}", sources.etc_directory, file));
  return places;
}

void take(CloudEntry& entry, const YAML::Node& map, const std::string& key, const std::string& file) {
  const YAML::Node node = map[key];
  if (!node || !node.IsScalar()) return;
  entry.values[key] = {node.Scalar(), {file, node.Mark().line + 1}};
}

/// Adds what a parsed file says of the cloud; answers whether it says anything.
bool take_cloud(CloudEntry& entry, const YAML::Node& root, const std::string& name, const std::string& file) {
  if (!root.IsMap()) return false;
  const YAML::Node clouds = root["clouds"];
  if (!clouds || !clouds.IsMap()) return false;
  const YAML::Node cloud = clouds[name];
  if (!cloud || !cloud.IsMap()) return false;
  if (entry.location.file.empty()) entry.location = {file, cloud.Mark().line + 1};
  for (const char* key : kKeys) take(entry, cloud, key, file);
  if (const YAML::Node auth = cloud["auth"]; auth && auth.IsMap()) {
    for (const char* key : kAuthKeys) take(entry, auth, key, file);
  }
  if (const YAML::Node regions = cloud["regions"]; regions && regions.IsSequence() && regions.size() > 0 &&
                                                   regions[0].IsScalar() &&
                                                   entry.get("region_name").empty()) {
    entry.values["region_name"] = {regions[0].Scalar(), {file, regions.Mark().line + 1}};
  }
  return true;
}

struct ReadPlace {
  bool found = false;      ///< there is such a file
  bool has_cloud = false;  ///< and it names the cloud
  std::string path;
};

/// Reads the first file that is there.
Result<ReadPlace, CloudEntryProblem> read_first(const Sources& sources,
                                                const std::vector<std::string>& places,
                                                const std::string& name, CloudEntry& entry) {
  for (const auto& path : places) {
    const FileText file = sources.files.read(path);
    if (file.outcome == FileText::Outcome::missing) continue;
    if (file.outcome == FileText::Outcome::failed) {
      return Failure{
          CloudEntryProblem{{path, 0}, "cannot be read: " + file.problem, "let the daemon's user read it"}};
    }
    try {
      return ReadPlace{true, take_cloud(entry, YAML::Load(file.content), name, path), path};
    } catch (const YAML::Exception& problem) {  // its message may quote the file, and so a secret
      return Failure{CloudEntryProblem{{path, problem.mark.line + 1}, "is not valid YAML", "mend that line"}};
    }
  }
  return ReadPlace{};
}

}  // namespace

Result<CloudEntry, CloudEntryProblem> find_cloud(const Sources& sources, const std::string& name) {
  CloudEntry entry;
  const auto places = search_places(sources, "OS_CLIENT_CONFIG_FILE", "clouds.yaml");
  const auto clouds = read_first(sources, places, name, entry);
  if (!clouds) return Failure{clouds.error()};
  if (!clouds->found) {
    return Failure{
        CloudEntryProblem{{}, "there is no clouds.yaml", "write one; looked for are " + join(places, ", ")}};
  }
  const auto secure =
      read_first(sources, search_places(sources, "OS_CLIENT_SECURE_FILE", "secure.yaml"), name, entry);
  if (!secure) return Failure{secure.error()};
  if (!clouds->has_cloud) {
    return Failure{
        CloudEntryProblem{{clouds->path, 0}, fmt::format("names no cloud \"{}\"", printable(name, 80)), ""}};
  }
  return entry;
}

std::optional<CloudEntry> cloud_of_environment(const Sources& sources) {
  if (environment_value(sources, "OS_AUTH_URL").empty()) return std::nullopt;
  CloudEntry entry;
  const auto take_variable = [&](const char* key) {
    std::string variable = "OS_";
    for (const char c : std::string_view(key))
      variable += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    if (auto text = environment_value(sources, variable); !text.empty())
      entry.values[key] = {std::move(text), {}};
  };
  for (const char* key : kAuthKeys) take_variable(key);
  for (const char* key : {"auth_type", "region_name", "interface", "endpoint_type", "cacert"})
    take_variable(key);
  return entry;
}

}  // namespace vacuum
