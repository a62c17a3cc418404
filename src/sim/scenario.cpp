#include "sim/scenario.hpp"

#include <algorithm>

#include "sim/fault_reader.hpp"
#include "sim/json_reader.hpp"

namespace vacuum::sim {
namespace {

constexpr int kCountLimit = 1'000'000'000;
constexpr double kSecondsLimit = 1e7;

Flavor read_flavor(const JsonReader& json) {
  Flavor flavor{.name = {}, .cloud_id = {}, .processors = 1, .memory_mb = 2048, .disk_gb = 20};
  json.read_object({
      {"name", [&](const JsonReader& value) { flavor.name = FlavorName(value.name()); }},
      {"processors", [&](const JsonReader& value) { flavor.processors = value.integer(1, 100'000); }},
      {"memory_mb", [&](const JsonReader& value) { flavor.memory_mb = value.integer(1, kCountLimit); }},
      {"disk_gb", [&](const JsonReader& value) { flavor.disk_gb = value.integer(0, kCountLimit); }},
  });
  if (flavor.name.empty()) json.complain("needs a name");
  return flavor;
}

ImageSettings read_image(const JsonReader& json) {
  if (json.is_string()) return {json.text()};
  ImageSettings image;
  json.read_object({
      {"name", [&](const JsonReader& value) { image.name = value.text(); }},
      {"status", [&](const JsonReader& value) { image.status = value.name(); }},
      {"visibility", [&](const JsonReader& value) { image.visibility = value.name(); }},
  });
  if (image.name.empty()) json.complain("needs a name");
  return image;
}

ProjectSettings read_project(const JsonReader& json) {
  ProjectSettings project;
  project.name.clear();
  const auto quota = [&](const JsonReader& value) {
    value.read_object({
        {"instances",
         [&](const JsonReader& limit) { project.quota.machines = limit.integer(-1, kCountLimit); }},
        {"cores",
         [&](const JsonReader& limit) { project.quota.processors = limit.integer(-1, kCountLimit); }},
        {"ram_mb",
         [&](const JsonReader& limit) { project.quota.memory_mb = limit.integer(-1, kCountLimit); }},
    });
  };
  json.read_object(
      {{"name", [&](const JsonReader& value) { project.name = value.name(); }}, {"quota", quota}});
  if (project.name.empty()) json.complain("needs a name");
  return project;
}

template <class T>
std::vector<T> read_list(const JsonReader& json, T (*read)(const JsonReader&)) {
  std::vector<T> list;
  json.each([&](const JsonReader& element) { list.push_back(read(element)); });
  if (list.empty()) json.complain("must not be empty");
  return list;
}

std::string read_name(const JsonReader& json) {
  return json.name();
}

void read_cloud(const JsonReader& json, CloudSettings& cloud) {
  json.read_object({
      {"region", [&](const JsonReader& value) { cloud.region = value.name(); }},
      {"flavors", [&](const JsonReader& value) { cloud.flavors = read_list(value, read_flavor); }},
      {"images", [&](const JsonReader& value) { cloud.images = read_list(value, read_image); }},
      {"zones", [&](const JsonReader& value) { cloud.zones = read_list(value, read_name); }},
      {"projects", [&](const JsonReader& value) { cloud.projects = read_list(value, read_project); }},
      {"schedule_seconds", [&](const JsonReader& value) { cloud.schedule_seconds = value.range(); }},
      {"build_seconds", [&](const JsonReader& value) { cloud.build_seconds = value.range(); }},
      {"delete_seconds", [&](const JsonReader& value) { cloud.delete_seconds = value.range(); }},
      {"processors_per_host",
       [&](const JsonReader& value) { cloud.processors_per_host = value.integer(0, kCountLimit); }},
      {"processors_capacity",
       [&](const JsonReader& value) { cloud.processors_capacity = value.integer(0, kCountLimit); }},
  });
}

ApplicationCredentialSettings read_credential(const JsonReader& json) {
  ApplicationCredentialSettings credential;
  json.read_object({
      {"id", [&](const JsonReader& value) { credential.id = value.name(); }},
      {"name", [&](const JsonReader& value) { credential.name = value.name(); }},
      {"secret", [&](const JsonReader& value) { credential.secret = Secret(value.text()); }},
  });
  if (credential.id.empty() || credential.secret.empty()) json.complain("needs an id and a secret");
  if (credential.name.empty()) credential.name = credential.id;
  return credential;
}

UserSettings read_user(const JsonReader& json) {
  UserSettings user;
  json.read_object({
      {"name", [&](const JsonReader& value) { user.name = value.name(); }},
      {"password", [&](const JsonReader& value) { user.password = Secret(value.text()); }},
      {"project", [&](const JsonReader& value) { user.project = value.name(); }},
      {"application_credentials",
       [&](const JsonReader& value) { user.application_credentials = read_list(value, read_credential); }},
  });
  return user;
}

void read_identity(const JsonReader& json, IdentitySettings& identity) {
  json.read_object({
      {"token_seconds",
       [&](const JsonReader& value) { identity.token_seconds = value.number(0.1, kSecondsLimit); }},
      {"users", [&](const JsonReader& value) { identity.users = read_list(value, read_user); }},
  });
}

WorkTimes read_work(const JsonReader& json) {
  WorkTimes work;
  if (json.is_string()) {
    const std::string word = json.text();
    if (word != "always" && word != "never") json.complain("must be \"always\", \"never\", or an object");
    work.always = word == "always";
    return work;
  }
  work.always = false;
  json.read_object({
      {"period_seconds", [&](const JsonReader& value) { work.period = value.number(0.001, kSecondsLimit); }},
      {"windows",
       [&](const JsonReader& value) {
         value.each([&](const JsonReader& window) {
           const SecondsRange range = window.range(kSecondsLimit);
           work.windows.push_back({range.from, range.to});
         });
       }},
  });
  return work;
}

WorkFailure read_work_failure(const JsonReader& json) {
  WorkFailure failure;
  json.read_object({
      {"code", [&](const JsonReader& value) { failure.code = value.integer(100, 999); }},
      {"text", [&](const JsonReader& value) { failure.text = value.text(); }},
  });
  return failure;
}

WorkSettings read_machinetype(const JsonReader& json) {
  WorkSettings settings;
  json.read_object({
      {"boot_seconds", [&](const JsonReader& value) { settings.boot_seconds = value.range(); }},
      {"work_seconds", [&](const JsonReader& value) { settings.work_seconds = value.range(); }},
      {"idle_seconds", [&](const JsonReader& value) { settings.idle_seconds = value.range(); }},
      {"work", [&](const JsonReader& value) { settings.work = read_work(value); }},
      {"failure_rate", [&](const JsonReader& value) { settings.failure_rate = value.probability(); }},
      {"failures", [&](const JsonReader& value) { settings.failures = read_list(value, read_work_failure); }},
      {"crash_rate", [&](const JsonReader& value) { settings.crash_rate = value.probability(); }},
      {"hang_rate", [&](const JsonReader& value) { settings.hang_rate = value.probability(); }},
      {"heartbeat_seconds",
       [&](const JsonReader& value) { settings.heartbeat_seconds = value.number(0.1, kSecondsLimit); }},
      {"features_seconds",
       [&](const JsonReader& value) { settings.features_seconds = value.number(0.1, kSecondsLimit); }},
      {"heartbeat_file", [&](const JsonReader& value) { settings.heartbeat_file = value.name(); }},
  });
  return settings;
}

Scenario read_scenario(const JsonReader& json) {
  Scenario scenario = default_scenario();
  json.read_object({
      {"description", [&](const JsonReader& value) { scenario.description = value.text(); }},
      {"cloud", [&](const JsonReader& value) { read_cloud(value, scenario.cloud); }},
      {"identity", [&](const JsonReader& value) { read_identity(value, scenario.identity); }},
      {"machinetypes",
       [&](const JsonReader& value) {
         value.each_member([&](const std::string& name, const JsonReader& machinetype) {
           scenario.machinetypes[name] = read_machinetype(machinetype);
         });
       }},
      {"faults",
       [&](const JsonReader& value) {
         FaultSettings faults{scenario.cloud.faults, scenario.requests};
         read_faults(value, faults);
         scenario.cloud.faults = std::move(faults.life);
         scenario.requests = std::move(faults.requests);
       }},
  });
  for (const UserSettings& user : scenario.identity.users)
    if (std::ranges::find(scenario.cloud.projects, user.project, &ProjectSettings::name) ==
        scenario.cloud.projects.end())
      json.complain(fmt::format("identity.users: user {} has the project {}, which is not in cloud.projects",
                                user.name, user.project));
  return scenario;
}

}  // namespace

Result<Scenario, std::string> parse_scenario(std::string_view text) {
  boost::system::error_code error;
  boost::json::parse_options options;
  options.allow_comments = true;
  const boost::json::value document = boost::json::parse(text, error, {}, options);
  if (error) return Failure{fmt::format("the scenario is not JSON: {}", error.message())};
  try {
    return read_scenario({document, "scenario"});
  } catch (const JsonMistake& mistake) {
    return Failure{std::string(mistake.what())};
  }
}

}  // namespace vacuum::sim
