#include "config/space_section.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "config/host_port.hpp"
#include "config/machinetype_section.hpp"
#include "config/openstack_section.hpp"
#include "config/option_reader.hpp"
#include "config/pipe_machinetypes.hpp"

namespace vacuum {
namespace {

constexpr std::size_t kMaxMachinetypes = 10'000;
/// vcycle-NAME-RANDOM has to be a name that clouds and we ourselves take (domain/names).
constexpr std::size_t kMaxNameLength = 180;

/// Answers whether the rest of the section can be read as one of an OpenStack space.
bool review_api(OptionReader& reader) {
  const std::string api = reader.text("api");
  if (api.empty() || api == "openstack") return api == "openstack";
  const bool to_come = api == "ec2" || api == "google";
  reader.fail(
      "api", fmt::format("this version does not support \"{}\", only openstack", printable(api, 40)),
      to_come ? "a later version brings it; until then, use the cloud's OpenStack API" : "write openstack");
  return false;
}

void read_https(OptionReader& reader, const Sources& sources, SpaceSettings& settings) {
  settings.https_host = sources.host_name;
  if (reader.given("https_host")) {
    settings.https_host = to_lower(reader.text("https_host"));
    if (!is_host_name(settings.https_host)) {
      reader.fail("https_host", "is no host name", "use a-z, 0-9, dots and hyphens");
    }
  }
  settings.https_port = static_cast<int>(reader.integer("https_port").value_or(443));
}

void read_vacmons(OptionReader& reader, SpaceSettings& settings) {
  for (const auto& place : reader.words("vacmon_hostport")) {
    if (auto address = parse_host_port(place)) {
      settings.vacmons.push_back(std::move(*address));
    } else {
      reader.fail("vacmon_hostport", fmt::format("\"{}\" is not HOST:PORT", printable(place, 80)),
                  "write it like vacmon.example.com:8884 or [2001:db8::1]:8884");
    }
  }
}

std::string default_sitename(const std::string& space) {
  const auto dot = space.find('.');
  return dot == std::string::npos || dot + 1 == space.size() ? space : space.substr(dot + 1);
}

RampKind read_ramp(OptionReader& reader) {
  const std::string word = to_lower(reader.text("ramp"));
  if (word != "fixed" && word != "adaptive") {
    reader.fail("ramp", fmt::format("\"{}\" is neither fixed nor adaptive", printable(word, 40)),
                "write fixed or adaptive");
  }
  return word == "adaptive" ? RampKind::adaptive : RampKind::fixed;
}

void read_cycle_bounds(OptionReader& reader, SpaceSettings& settings) {
  settings.max_created_percent = static_cast<int>(reader.integer("max_created_percent").value_or(10));
  settings.ramp = read_ramp(reader);
  settings.mass_deletion_percent = static_cast<int>(reader.integer("mass_deletion_percent").value_or(50));
  settings.no_delete = reader.boolean("no_delete");
  settings.create_window = Seconds{reader.integer("create_seconds").value_or(300)};
  settings.complete_listing_interval = Seconds{reader.integer("complete_listing_seconds").value_or(300)};
  settings.max_starting = Seconds{reader.integer("start_seconds").value_or(3600)};
}

void read_space_options(OptionReader& reader, const Sources& sources, SpaceSettings& settings) {
  if (const auto limit = reader.integer("processors_limit"))
    settings.processors_limit = static_cast<int>(*limit);
  for (auto& zone : reader.words("zones")) settings.zones.emplace_back(std::move(zone));
  settings.volume_gb_per_processor = static_cast<int>(reader.integer("volume_gb_per_processor").value_or(0));
  settings.gocdb_sitename =
      reader.given("gocdb_sitename") ? reader.text("gocdb_sitename") : default_sitename(settings.name.text());
  settings.sends_accounting = reader.given("gocdb_sitename");
  read_https(reader, sources, settings);
  if (const auto time = reader.integer("shutdown_time")) settings.shutdown_time = from_unix(*time);
  settings.cleanup = std::chrono::hours{reader.integer("cleanup_hours").value_or(72)};
  read_cycle_bounds(reader, settings);
  read_vacmons(reader, settings);
}

/// Reads a machinetype that stands in the files alone.
void read_own_machinetype(const IniSection& section, const std::vector<std::string>& flavors,
                          const Sources& sources, SpaceConfiguration& space) {
  const std::string name = split_words(section.name)[2];
  OptionReader reader(section, {OptionScope::machinetype}, space.diagnostics);
  if (!is_machinetype_name(name) || name.size() > kMaxNameLength) {
    reader.fail("", "the machinetype's name is too long, or holds other characters than a-z, 0-9 and -",
                "rename it");
    return;
  }
  space.settings.machinetypes.push_back(
      read_machinetype(reader, MachinetypeName(name), {space.settings.name, name, flavors}, sources));
  reader.review_names();
}

/// A section that has the prefix of a pipe, and no entry of the pipe: the pipe may lack it now, or not be
/// there yet. Only where it is complete by itself is it a machinetype; no pipe can stop a space this way.
void read_lone_machinetype(const IniSection& section, const std::vector<std::string>& flavors,
                           const Sources& sources, SpaceConfiguration& space) {
  SpaceConfiguration trial;
  trial.settings.name = space.settings.name;
  read_own_machinetype(section, flavors, sources, trial);
  if (!has_error(trial.diagnostics)) {
    space.settings.machinetypes.push_back(std::move(trial.settings.machinetypes.front()));
    space.diagnostics.insert(space.diagnostics.end(), trial.diagnostics.begin(), trial.diagnostics.end());
    return;
  }
  OptionReader reader(section, {OptionScope::machinetype}, space.diagnostics);
  reader.warn("",
              "adds to an entry that its vacuum pipe does not have now, and is not complete without: none "
              "are created",
              "wait for the pipe, or remove the section");
}

void read_machinetypes(const SpaceSections& sections, const PipesRead& pipes,
                       const std::vector<std::string>& flavors, const Sources& sources,
                       SpaceConfiguration& space) {
  for (const IniSection* section : sections.machinetypes) {
    const std::string name = split_words(section->name)[2];
    const bool has_prefix = std::ranges::any_of(
        pipes.prefixes, [&](const std::string& prefix) { return name.starts_with(prefix + "-"); });
    if (pipes.made.contains(name)) {
      OptionReader(*section, {OptionScope::machinetype}, space.diagnostics).review_names();
    } else if (has_prefix) {
      read_lone_machinetype(*section, flavors, sources, space);
    } else {
      read_own_machinetype(*section, flavors, sources, space);
    }
  }
}

void review_machinetypes(const SpaceSections& sections, const SpaceConfiguration& space,
                         OptionReader& reader) {
  if (space.settings.machinetypes.size() > kMaxMachinetypes) reader.fail("", "has too many machinetypes");
  if (!sections.machinetypes.empty() || !sections.pipes.empty()) return;
  reader.fail("", "has no machinetype",
              fmt::format("add a section [machinetype {0} NAME] or [vacuum_pipe {0} PREFIX]", sections.name));
}

/// The machinetype may come from a pipe that was not fetched yet: machines get the configured proxies alone
/// until it is there.
void review_cvmfs_proxies(OptionReader& reader, const SpaceSettings& settings) {
  for (const auto& machinetype : settings.machinetypes) {
    if (!machinetype.cvmfs_proxy) continue;
    const auto& name = machinetype.cvmfs_proxy->machinetype;
    if (std::ranges::count(settings.machinetypes, name, &MachinetypeSettings::name) > 0) continue;
    reader.warn(
        "",
        fmt::format("cvmfs_proxy_machinetype of machinetype {} names {}, which this space does not have",
                    machinetype.name, name),
        "write the name of a machinetype of this space");
  }
}

/// Where a request may outlive the time in which its machine is waited for, a late machine surprises: it is
/// adopted, and may pass a limit.
void review_create_window(OptionReader& reader, const SpaceSettings& settings,
                          const OpenstackOptions& cloud) {
  if (settings.create_window >= cloud.request_timeout) return;
  reader.warn("create_seconds",
              fmt::format("{} is shorter than one request may take, {} s", settings.create_window.count(),
                          cloud.request_timeout.count()),
              "make create_seconds at least as long as request_seconds");
}

}  // namespace

SpaceConfiguration read_space(const SpaceSections& sections, const Sources& sources) {
  SpaceConfiguration space;
  space.settings.name = sections.name;
  OptionReader reader(*sections.space, {OptionScope::space, OptionScope::openstack}, space.diagnostics);
  const bool is_openstack = review_api(reader);
  read_space_options(reader, sources, space.settings);
  if (is_openstack) {
    const OpenstackOptions cloud = read_openstack(reader, sources);
    review_create_window(reader, space.settings, cloud);
    space.cloud = cloud;
    reader.review_names();
  }
  const auto flavors = reader.words("flavor_names");
  const PipesRead pipes = read_pipes(sections, flavors, sources, space);
  read_machinetypes(sections, pipes, flavors, sources, space);
  review_machinetypes(sections, space, reader);
  review_cvmfs_proxies(reader, space.settings);
  space.usable = !has_error(space.diagnostics);
  space.diagnostics.insert(space.diagnostics.end(), pipes.found.begin(), pipes.found.end());
  return space;
}

}  // namespace vacuum
