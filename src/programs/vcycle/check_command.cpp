#include "programs/vcycle/check_command.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "programs/vcycle/check_json.hpp"
#include "programs/vcycle/shared_accounting.hpp"

namespace vacuum {
namespace {

std::string flavor_list(const MachinetypeSettings& machinetype) {
  std::vector<std::string> names;
  for (const auto& flavor : machinetype.flavors) names.push_back(flavor.text());
  return names.empty() ? "no flavor" : join(names, " ");
}

void print_space(const SpaceConfiguration& space, std::ostream& out) {
  const auto& settings = space.settings;
  out << fmt::format("space {}: {}", settings.name,
                     space.usable ? "usable" : "NOT usable, its machines are left alone");
  if (settings.processors_limit) out << fmt::format(", processors_limit {}", *settings.processors_limit);
  if (settings.no_delete) out << ", deletions held";
  out << '\n';
  if (const auto& cloud = std::get<OpenstackOptions>(space.cloud); !cloud.url.empty()) {
    out << fmt::format(
        "  openstack at {}, {}\n", printable(cloud.url),
        cloud.uses_application_credential()
            ? std::string("application credential")
            : fmt::format("user {}", printable(cloud.username.empty() ? cloud.user_id : cloud.username)));
  }
  for (const auto& pipe : space.pipes) {
    out << fmt::format("  vacuum pipe {}: {}, {}\n", pipe.prefix, printable(pipe.url),
                       pipe.copy ? "copy of " + format_iso8601(pipe.copy->fetched) : "not fetched yet");
  }
  for (const auto& machinetype : settings.machinetypes) {
    out << fmt::format(
        "  machinetype {}: target_share {}, {}, {}\n", machinetype.name, machinetype.target_share,
        printable(flavor_list(machinetype)),
        machinetype.root_image.location.empty() ? "no image" : printable(to_string(machinetype.root_image)));
  }
}

void print_text(const Configuration& configuration, std::ostream& out) {
  const auto found = configuration.all_diagnostics();
  for (const auto& diagnostic : found) out << to_string(diagnostic) << '\n';
  if (!found.empty()) out << '\n';
  for (const auto& space : configuration.spaces) print_space(space, out);
  if (!configuration.spaces.empty()) out << '\n';

  const auto errors =
      static_cast<std::size_t>(std::ranges::count(found, Severity::error, &Diagnostic::severity));
  out << fmt::format("{}, {}", counted(errors, "error"), counted(found.size() - errors, "warning"));
  if (!configuration.parsed) {
    out << "; the files could not be read as a whole: a running vcycled keeps what it has\n";
    return;
  }
  std::size_t machinetypes = 0;
  for (const auto& space : configuration.spaces) machinetypes += space.settings.machinetypes.size();
  const auto usable = std::ranges::count(configuration.spaces, true, &SpaceConfiguration::usable);
  out << fmt::format("; {} of {} usable, {}\n", usable, counted(configuration.spaces.size(), "space"),
                     counted(machinetypes, "machinetype"));
}

}  // namespace

int report_check(const Configuration& configuration, bool json, std::ostream& out) {
  if (json) {
    out << check_json(configuration) << '\n';
  } else {
    print_text(configuration, out);
  }
  return has_error(configuration.all_diagnostics()) ? 1 : 0;
}

int run_check(const CheckOptions& options, std::ostream& out) {
  Configuration configuration = DiskConfiguration(options.places).load();
  auto warning = warn_of_own_accounting(configuration.daemon, options.places);
  if (warning) configuration.diagnostics.push_back(std::move(*warning));
  return report_check(configuration, options.json, out);
}

}  // namespace vacuum
