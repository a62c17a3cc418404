#include "config/machinetype_section.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "config/machinetype_files.hpp"
#include "config/signing_dn.hpp"

namespace vacuum {
namespace {

std::optional<int> as_int(std::optional<std::int64_t> value) {
  return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
}

Seconds seconds_of(OptionReader& reader, std::string_view option) {
  return Seconds{reader.integer(option).value_or(0)};
}

void read_processors(OptionReader& reader, MachinetypeSettings& settings) {
  settings.min_processors = static_cast<int>(reader.integer("min_processors").value_or(1));
  settings.max_processors = as_int(reader.integer("max_processors"));
  if (settings.max_processors && *settings.max_processors < settings.min_processors) {
    reader.fail("max_processors", fmt::format("{} is less than min_processors, {}", *settings.max_processors,
                                              settings.min_processors));
  }
  settings.processors_limit = as_int(reader.integer("processors_limit"));
  settings.max_starting_processors = reader.given("max_starting_processors")
                                         ? as_int(reader.integer("max_starting_processors"))
                                         : settings.processors_limit;
}

void read_flavors(OptionReader& reader, const std::vector<std::string>& space_flavors,
                  MachinetypeSettings& settings) {
  auto names = reader.words("flavor_names");
  if (names.empty()) names = space_flavors;
  for (auto& name : names) settings.flavors.emplace_back(std::move(name));
  if (settings.flavors.empty()) {
    reader.fail("flavor_names", "is missing, here and in the space: no flavor can be chosen",
                "add \"flavor_names = NAME …\"; openstack flavor list tells the names");
  }
}

void read_heartbeat(OptionReader& reader, MachinetypeSettings& settings) {
  const std::string file = reader.text("heartbeat_file");
  const Seconds max_age = seconds_of(reader, "heartbeat_seconds");
  if (!file.empty() && !is_plain_file_name(file)) {
    reader.fail("heartbeat_file", "is no plain file name",
                "use letters, digits, dots, underscores and hyphens, and no dot in front");
  } else if (!file.empty() && max_age > Seconds{0}) {
    settings.heartbeat = HeartbeatRule{file, max_age};
  } else if (!file.empty()) {
    reader.warn("heartbeat_file", "has no effect without heartbeat_seconds", "add \"heartbeat_seconds = …\"");
  } else if (max_age > Seconds{0}) {
    reader.warn("heartbeat_seconds", "has no effect without heartbeat_file", "add \"heartbeat_file = …\"");
  }
}

void read_preemption(OptionReader& reader, MachinetypeSettings& settings) {
  const bool preemptible = reader.boolean("preemptible");
  const auto grace = reader.integer("grace_secs");
  if (!preemptible) {
    if (reader.given("grace_secs"))
      reader.warn("grace_secs", "has no effect without preemptible", "add \"preemptible = True\"");
    return;
  }
  if (!reader.given("grace_secs")) {
    reader.fail("preemptible", "needs grace_secs: how long before its end a machine is told",
                "add \"grace_secs = SECONDS\", as long as its work needs to end well");
  }
  if (!grace) return;
  settings.preemptible_grace = Seconds{*grace};
  if (*settings.preemptible_grace >= settings.max_wallclock) {
    reader.warn(
        "grace_secs",
        fmt::format("{} is not less than max_wallclock_seconds, {}: machines end by themselves before "
                    "they could be preempted",
                    *grace, settings.max_wallclock.count()),
        "make it shorter");
  }
}

std::optional<CvmfsProxySource> read_cvmfs_proxy(OptionReader& reader) {
  const std::string value = reader.text("cvmfs_proxy_machinetype");
  if (value.empty()) return std::nullopt;
  const auto parts = split(value, ':');
  const auto port = parts.size() == 2 ? parse_integer(parts[1]) : std::optional<std::int64_t>(280);
  if (parts.size() > 2 || !is_machinetype_name(parts[0]) || !port || *port < 1 || *port > 65535) {
    reader.fail("cvmfs_proxy_machinetype", "is neither NAME nor NAME:PORT");
    return std::nullopt;
  }
  return CvmfsProxySource{MachinetypeName(parts[0]), static_cast<int>(*port)};
}

/// Both names of the option mean the same (spec 9); where they are at odds, nobody knows who is trusted.
std::string read_signing_dn(OptionReader& reader) {
  const auto& options = reader.section().options;
  const auto one = options.find("cernvm_signing_dn");
  const auto other = options.find("image_signing_dn");
  if (one != options.end() && other != options.end() && one->second.text != other->second.text) {
    reader.fail("cernvm_signing_dn", "and image_signing_dn mean the same and have different values",
                "remove one of them");
  }
  std::string expression = reader.text("cernvm_signing_dn");
  if (!reader.given("cernvm_signing_dn")) return expression;
  if (const auto problem = signing_dn_problem(expression)) {
    reader.fail("cernvm_signing_dn", problem->message, problem->remedy);
  }
  return expression;
}

ProxyKind read_proxy_kind(OptionReader& reader) {
  const bool legacy = reader.boolean("legacy_proxy");
  if (reader.boolean("user_data_proxy")) return legacy ? ProxyKind::legacy : ProxyKind::rfc3820;
  if (legacy) {
    reader.warn("legacy_proxy", "has no effect without user_data_proxy", "add \"user_data_proxy = True\"");
  }
  return ProxyKind::none;
}

}  // namespace

MachinetypeSettings read_machinetype(OptionReader& reader, MachinetypeName name,
                                     const MachinetypeSurroundings& surroundings, const Sources& sources) {
  MachinetypeSettings settings;
  settings.name = std::move(name);
  settings.target_share = reader.number("target_share").value_or(0);
  settings.backoff = seconds_of(reader, "backoff_seconds");
  settings.fizzle = seconds_of(reader, "fizzle_seconds");
  settings.max_wallclock = seconds_of(reader, "max_wallclock_seconds");
  read_preemption(reader, settings);
  read_processors(reader, settings);
  read_flavors(reader, surroundings.space_flavors, settings);
  settings.hs06_per_processor = reader.number("hs06_per_processor");
  settings.mb_per_processor = static_cast<int>(reader.integer("mb_per_processor").value_or(2048));
  settings.disk_gb_per_processor = static_cast<int>(reader.integer("disk_gb_per_processor").value_or(40));
  read_heartbeat(reader, settings);
  settings.https_x509dn = reader.text("https_x509dn");
  settings.accounting_fqan = reader.text("accounting_fqan");
  settings.cvmfs_proxy = read_cvmfs_proxy(reader);
  settings.image_signing_dn = read_signing_dn(reader);
  settings.user_data_proxy = read_proxy_kind(reader);
  read_machinetype_files(reader, surroundings, sources, settings);
  return settings;
}

}  // namespace vacuum
