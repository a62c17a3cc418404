#include "config/option_tables.hpp"

namespace vacuum {
namespace {

using enum OptionKind;
using enum OptionStatus;

constexpr double kManyProcessors = 100'000'000;
constexpr double kTenYears = 10.0 * 366 * 86400;

constexpr Option kSpaceOptions[] = {
    {.name = "api",
     .kind = text,
     .meaning = "The kind of cloud. This version speaks `openstack`.",
     .required = true},
    {.name = "api_version",
     .kind = text,
     .meaning =
         "The version of the cloud's identity API. For OpenStack there is only 3 left; 2 is read as 3.",
     .default_note = "3"},
    {.name = "processors_limit",
     .kind = integer,
     .meaning = "No machine is created that would bring the processors in this space above this number. "
                "Machines in any "
                "state count, those of others too. The cloud's own quota is kept as well.",
     .default_note = "the cloud's quota alone",
     .least = 0,
     .most = kManyProcessors,
     .aliases = "max_processors"},
    {.name = "flavor_names",
     .kind = words,
     .meaning = "The flavors that machinetypes of this space may use, in order of preference."},
    {.name = "volume_gb_per_processor",
     .kind = integer,
     .meaning = "Size of a new volume that each machine boots from, for each of its processors. The volume "
                "ends with its "
                "machine. 0 means no volume: the machine uses its flavor's own disk.",
     .default_text = "0",
     .least = 0,
     .most = 100'000,
     .unit = "GB"},
    {.name = "gocdb_sitename",
     .kind = text,
     .meaning = "Name of the site, in accounting records and for `##user_data_site##`.",
     .default_note = "the space's name without its first label"},
    {.name = "vacmon_hostport",
     .kind = words,
     .meaning = "Where VacQuery messages are sent by UDP, as HOST:PORT or [IPv6 address]:PORT.",
     .default_note = "nowhere"},
    {.name = "https_host",
     .kind = text,
     .meaning =
         "Name of the host at which machines reach the HTTPS service, in the URLs that they are given.",
     .default_note = "this host's name"},
    {.name = "https_port",
     .kind = integer,
     .meaning = "Port of the HTTPS service in these URLs.",
     .default_text = "443",
     .least = 1,
     .most = 65535},
    {.name = "shutdown_time",
     .kind = integer,
     .meaning = "Unix time from which on nothing is created in this space. Running machines learn it as the "
                "time by which "
                "they must end, where their own is later, and are deleted then.",
     .default_note = "none",
     .least = 0,
     .most = 32'503'680'000,
     .unit = "s since 1970"},
    {.name = "cleanup_hours",
     .kind = integer,
     .meaning = "How long the directories of machines that are gone are kept.",
     .default_text = "72",
     .least = 0,
     .most = 24 * 3660,
     .unit = "h"},
    {.name = "max_created_percent",
     .kind = integer,
     .meaning = "How many processors one cycle may create, as a part of the space's limit, rounded up. A "
                "small part lets "
                "the first machines tell whether there is work before many follow.",
     .default_text = "10",
     .least = 1,
     .most = 100,
     .unit = "%"},
    {.name = "ramp",
     .kind = text,
     .meaning =
         "`fixed`: each cycle may create max_created_percent of the limit. `adaptive`: it begins so, the "
         "step "
         "doubles as long as new machines run for fizzle_seconds or did their work sooner, up to the whole "
         "limit; an abort, a failed build or a creation that the cloud refuses halves it, down to an eighth "
         "of max_created_percent.",
     .default_text = "fixed"},
    {.name = "mass_deletion_percent",
     .kind = integer,
     .meaning = "Where one cycle would delete more than this part of the space's machines for any reason but "
                "their age or "
                "their end, it deletes none of them and asks for a human in the log.",
     .default_text = "50",
     .least = 1,
     .most = 100,
     .unit = "%"},
    {.name = "no_delete",
     .kind = boolean,
     .meaning = "Holds all deletions in this space, for whatever reason, while it is True.",
     .default_text = "False"},
    {.name = "create_seconds",
     .kind = integer,
     .meaning = "How long after a creation began the cloud may still come up with the machine. A record "
                "whose machine is "
                "not listed is kept at least this long, so this should not be less than request_seconds.",
     .default_text = "300",
     .least = 1,
     .most = 86400,
     .unit = "s"},
    {.name = "complete_listing_seconds",
     .kind = integer,
     .meaning = "How often all VMs of the project are listed, where they fill more than one page of the "
                "cloud's. In between only what changed is asked for, unless something is in doubt. With 0 "
                "each cycle lists all.",
     .default_text = "300",
     .least = 0,
     .most = 3600,
     .unit = "s"},
    {.name = "start_seconds",
     .kind = integer,
     .meaning = "How long a machine may take from its creation to running. One that takes longer is deleted.",
     .default_text = "3600",
     .least = 1,
     .most = kTenYears,
     .unit = "s"},
};

}  // namespace

std::span<const Option> space_options() {
  return kSpaceOptions;
}

}  // namespace vacuum
