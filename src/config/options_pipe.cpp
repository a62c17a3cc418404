#include "config/option_tables.hpp"

namespace vacuum {
namespace {

using enum OptionKind;

constexpr double kTenYears = 10.0 * 366 * 86400;

constexpr Option kVacuumPipeOptions[] = {
    {.scope = OptionScope::vacuum_pipe,
     .name = "vacuum_pipe_url",
     .kind = text,
     .meaning = "The http or https URL of the pipe, a JSON document that an experiment publishes. It is "
                "fetched anew when the time that it gives as `cache_seconds` is over. While it cannot be "
                "fetched, or is no pipe, the last good copy stays in use.",
     .required = true},
    {.scope = OptionScope::vacuum_pipe,
     .name = "target_share",
     .kind = number,
     .meaning = "Share of all machinetypes of the pipe together. It is divided among them in the proportions "
                "that the pipe gives. A `target_share` in a machinetype's own section is that machinetype's "
                "share, whatever the pipe says.",
     .default_text = "0",
     .least = 0,
     .most = 1e9},
};

constexpr auto kEntry = OptionScope::pipe_entry;

/// What an entry of a pipe may hold beside options of a machinetype.
constexpr Option kPipeEntryOptions[] = {
    {.scope = kEntry,
     .name = "suffix",
     .kind = text,
     .meaning = "Makes the machinetype's name: PREFIX-SUFFIX, with the site's PREFIX. Of a-z, 0-9 and "
                "hyphens.",
     .required = true,
     .from_pipe = FromPipe::accepted},
    {.scope = kEntry,
     .name = "target_share",
     .kind = number,
     .meaning = "The entry's part of the share that the site gives the whole pipe, in proportion to the "
                "shares of the other entries.",
     .default_text = "0",
     .least = 0,
     .most = 1e9,
     .from_pipe = FromPipe::accepted},
    {.scope = kEntry,
     .name = "machine_model",
     .kind = text,
     .meaning = "`cernvm3`, `cernvm4` or `vm-raw`. Entries of other models are for hypervisors that run Vac, "
                "and are passed over.",
     .default_note = "cernvm3",
     .from_pipe = FromPipe::accepted},
    {.scope = kEntry,
     .name = "cache_seconds",
     .kind = integer,
     .meaning = "Accepted without effect: the value at the top of the pipe counts.",
     .least = 0,
     .most = kTenYears,
     .unit = "s",
     .from_pipe = FromPipe::accepted},
    {.scope = kEntry,
     .name = "min_wallclock_seconds",
     .kind = integer,
     .meaning = "Accepted without effect on a cloud: Vac starts no machine with less time left.",
     .least = 0,
     .most = kTenYears,
     .unit = "s",
     .from_pipe = FromPipe::accepted},
    {.scope = kEntry,
     .name = "cvmfs_repositories",
     .kind = text,
     .meaning = "Accepted without effect on a cloud: Vac mounts these repositories in containers.",
     .from_pipe = FromPipe::accepted},
    {.scope = kEntry,
     .name = "root_device",
     .kind = text,
     .meaning = "Accepted without effect on a cloud: the name of the boot disk in machines of Vac.",
     .from_pipe = FromPipe::accepted},
    {.scope = kEntry,
     .name = "scratch_device",
     .kind = text,
     .meaning = "Accepted without effect on a cloud: the name of the second disk in machines of Vac.",
     .from_pipe = FromPipe::accepted},
};

}  // namespace

std::span<const Option> vacuum_pipe_options() {
  return kVacuumPipeOptions;
}

std::span<const Option> pipe_entry_options() {
  return kPipeEntryOptions;
}

}  // namespace vacuum
