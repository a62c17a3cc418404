#include "programs/vcycle/check_json.hpp"

#include <boost/json.hpp>

#include "base/text.hpp"

namespace vacuum {
namespace {

namespace json = boost::json;

json::object json_of(const Diagnostic& diagnostic) {
  return {{"severity", diagnostic.severity == Severity::error ? "error" : "warning"},
          {"file", utf8(diagnostic.location.file)},
          {"line", diagnostic.location.line},
          {"section", utf8(diagnostic.section)},
          {"option", utf8(diagnostic.option)},
          {"message", utf8(diagnostic.message)},
          {"remedy", utf8(diagnostic.remedy)}};
}

template <class Id>
json::array names_of(const std::vector<Id>& ids) {
  json::array names;
  for (const auto& id : ids) names.emplace_back(utf8(id.text()));
  return names;
}

json::value or_null(const std::optional<int>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

json::object json_of(const MachinetypeSettings& machinetype) {
  return {{"name", machinetype.name.text()},
          {"target_share", machinetype.target_share},
          {"backoff_seconds", machinetype.backoff.count()},
          {"fizzle_seconds", machinetype.fizzle.count()},
          {"max_wallclock_seconds", machinetype.max_wallclock.count()},
          {"min_processors", machinetype.min_processors},
          {"max_processors", or_null(machinetype.max_processors)},
          {"processors_limit", or_null(machinetype.processors_limit)},
          {"flavor_names", names_of(machinetype.flavors)},
          {"root_image", utf8(to_string(machinetype.root_image))},
          {"user_data", utf8(machinetype.user_data.location)}};
}

json::array json_of(const std::vector<FollowedPipe>& pipes) {
  json::array array;
  for (const auto& pipe : pipes) {
    array.push_back(json::object{
        {"prefix", pipe.prefix},
        {"url", utf8(pipe.url)},
        {"cache_seconds", pipe.cache.count()},
        {"fetched", pipe.copy ? json::value(to_unix(pipe.copy->fetched)) : json::value(nullptr)}});
  }
  return array;
}

json::object json_of(const SpaceConfiguration& space) {
  const auto& cloud = std::get<OpenstackOptions>(space.cloud);
  json::array machinetypes;
  for (const auto& machinetype : space.settings.machinetypes) machinetypes.emplace_back(json_of(machinetype));
  return {{"name", space.settings.name.text()},
          {"usable", space.usable},
          {"api", "openstack"},
          {"url", utf8(cloud.url)},
          {"region", utf8(cloud.region)},
          {"processors_limit", or_null(space.settings.processors_limit)},
          {"zones", names_of(space.settings.zones)},
          {"no_delete", space.settings.no_delete},
          {"vacuum_pipes", json_of(space.pipes)},
          {"machinetypes", std::move(machinetypes)}};
}

}  // namespace

std::string check_json(const Configuration& configuration) {
  const auto found = configuration.all_diagnostics();
  const auto errors = std::ranges::count(found, Severity::error, &Diagnostic::severity);
  json::array diagnostics;
  for (const auto& diagnostic : found) diagnostics.emplace_back(json_of(diagnostic));
  json::array spaces;
  for (const auto& space : configuration.spaces) spaces.emplace_back(json_of(space));
  return json::serialize(json::object{{"parsed", configuration.parsed},
                                      {"errors", errors},
                                      {"warnings", static_cast<std::int64_t>(found.size()) - errors},
                                      {"diagnostics", std::move(diagnostics)},
                                      {"spaces", std::move(spaces)}});
}

}  // namespace vacuum
