#include "config/option_tables.hpp"

namespace vacuum {
namespace {

using enum OptionKind;
using enum OptionStatus;

constexpr auto kScope = OptionScope::machinetype;
constexpr double kManyProcessors = 100'000'000;
constexpr double kTenYears = 10.0 * 366 * 86400;

constexpr Option kMachinetypeOptions[] = {
    {.scope = kScope,
     .name = "target_share",
     .kind = number,
     .meaning = "Weight of this machinetype among those of its space: the one with the fewest machines for "
                "its share gets "
                "the next one. Shares need not add up to anything. 0 creates none.",
     .default_text = "0",
     .least = 0,
     .most = 1e9},
    {.scope = kScope,
     .name = "backoff_seconds",
     .kind = integer,
     .meaning = "After a machine aborted (it found no work, or failed), none of this machinetype is created "
                "for so long.",
     .least = 0,
     .most = kTenYears,
     .unit = "s",
     .required = true,
     .from_pipe = FromPipe::accepted},
    {.scope = kScope,
     .name = "fizzle_seconds",
     .kind = integer,
     .meaning =
         "A machine that ends sooner than this without a shutdown message has aborted. For as long after the "
         "back-off, one machine at a time probes for work. Heartbeats are asked for once a machine is this "
         "old.",
     .least = 0,
     .most = kTenYears,
     .unit = "s",
     .required = true,
     .from_pipe = FromPipe::accepted},
    {.scope = kScope,
     .name = "max_wallclock_seconds",
     .kind = integer,
     .meaning = "Life of a machine from its start; then it is deleted.",
     .default_text = "86400",
     .least = 1,
     .most = kTenYears,
     .unit = "s",
     .from_pipe = FromPipe::accepted},
    {.scope = kScope,
     .name = "preemptible",
     .kind = boolean,
     .meaning =
         "Whether machines of this machinetype, where it has more than its share, may be told to end so "
         "that another machinetype gets its own: one that finds work and has no room under the limits of "
         "the space. They are told grace_secs before they are deleted.",
     .default_text = "False"},
    {.scope = kScope,
     .name = "grace_secs",
     .kind = integer,
     .meaning =
         "How long before its end a machine of a preemptible machinetype learns of it. Each machine is "
         "promised this when it is created, as grace_secs of its Machine/Job Features.",
     .default_note = "none; required with preemptible",
     .least = 1,
     .most = kTenYears,
     .unit = "s"},
    {.scope = kScope,
     .name = "flavor_names",
     .kind = words,
     .meaning = "Flavors in order of preference: the first one with a fitting number of processors is used.",
     .default_note = "those of the space",
     .aliases = "flavor_name"},
    {.scope = kScope,
     .name = "min_processors",
     .kind = integer,
     .meaning = "Least number of processors of a machine.",
     .default_text = "1",
     .least = 1,
     .most = 100'000,
     .aliases = "processors_per_machine cpu_per_machine",
     .from_pipe = FromPipe::accepted},
    {.scope = kScope,
     .name = "max_processors",
     .kind = integer,
     .meaning = "Greatest number of processors of a machine.",
     .default_note = "none",
     .least = 1,
     .most = 100'000,
     .from_pipe = FromPipe::accepted},
    {.scope = kScope,
     .name = "processors_limit",
     .kind = integer,
     .meaning = "No machine is created that would bring the processors of this machinetype, in any state, "
                "above this "
                "number.",
     .default_note = "none",
     .least = 0,
     .most = kManyProcessors},
    {.scope = kScope,
     .name = "max_starting_processors",
     .kind = integer,
     .meaning = "As processors_limit, for the machines that are starting.",
     .default_note = "processors_limit",
     .least = 0,
     .most = kManyProcessors},
    {.scope = kScope,
     .name = "hs06_per_processor",
     .kind = number,
     .meaning = "HEPSPEC06 of one processor. Machines are weighed by it where shares are compared; it is "
                "told to the "
                "machine and to accounting.",
     .default_note = "none: processors are counted",
     .least = 0.001,
     .most = 1e6,
     .unit = "HS06"},
    {.scope = kScope,
     .name = "mb_per_processor",
     .kind = integer,
     .meaning = "Memory of one processor, where the flavor does not tell.",
     .default_text = "2048",
     .least = 1,
     .most = 100'000'000,
     .unit = "MB"},
    {.scope = kScope,
     .name = "disk_gb_per_processor",
     .kind = integer,
     .meaning = "Size of the boot disk for each processor, on clouds whose flavors have none.",
     .default_text = "40",
     .least = 1,
     .most = 1'000'000,
     .unit = "GB"},
    {.scope = kScope,
     .name = "heartbeat_file",
     .kind = text,
     .meaning = "Name of a file in joboutputs that a machine must keep writing. Works together with "
                "heartbeat_seconds.",
     .default_note = "none",
     .from_pipe = FromPipe::accepted},
    {.scope = kScope,
     .name = "heartbeat_seconds",
     .kind = integer,
     .meaning = "A running machine whose heartbeat_file is missing or older is deleted.",
     .default_note = "none",
     .least = 0,
     .most = kTenYears,
     .unit = "s",
     .from_pipe = FromPipe::accepted},
    {.scope = kScope,
     .name = "https_x509dn",
     .kind = text,
     .meaning = "Start of the certificate subject (`/DC=…/CN=…`) of who may write a machine's joboutputs "
                "over HTTPS.",
     .default_note = "nobody may",
     .aliases = "x509dn"},
    {.scope = kScope,
     .name = "accounting_fqan",
     .kind = text,
     .meaning = "FQAN in accounting records and monitoring messages.",
     .default_note = "none",
     .from_pipe = FromPipe::accepted},
    {.scope = kScope,
     .name = "cvmfs_proxy_machinetype",
     .kind = text,
     .meaning =
         "NAME or NAME:PORT (280 where none is given) of a machinetype in this space whose live machines are "
         "HTTP proxies: they are put before the value of user_data_option_cvmfs_proxy.",
     .default_note = "none"},
    {.scope = kScope,
     .name = "root_image",
     .kind = text,
     .meaning = "What a machine boots from: `image:NAME`, the image of this name in the cloud; or an image "
                "that is uploaded to the cloud where it is not there yet: an http or https URL, a path, or a "
                "name in the machinetype's files/. One whose name ends in `.iso` is a CD image.",
     .required = true,
     .from_pipe = FromPipe::accepted},
    {.scope = kScope,
     .name = "cernvm_signing_dn",
     .kind = text,
     .meaning =
         "Regular expression that the subject (`/DC=…/CN=…`) of the certificate that signed the image must "
         "match. With it, an image whose signature does not verify is never used.",
     .default_note = "none: any image is used",
     .synonym = "image_signing_dn",
     .from_pipe = FromPipe::accepted},
    {.scope = kScope,
     .name = "root_public_key",
     .kind = path,
     .meaning = "OpenSSH public key file: its owner may log in to machines as root, where the image supports "
                "that. A path, "
                "or a name in the machinetype's files/.",
     .default_note = "/root/.ssh/id_rsa.pub where it exists"},
    {.scope = kScope,
     .name = "user_data",
     .kind = path,
     .meaning =
         "The template of what each machine is given as user data: an http or https URL, from which it "
         "is fetched for each machine anew; a path; or a name in the machinetype's files/, which is "
         "`STATE_DIR/spaces/SPACE/machinetypes/NAME/files/`. For machinetypes from a vacuum pipe, NAME "
         "in this path is the pipe's PREFIX.",
     .required = true,
     .from_pipe = FromPipe::accepted},
    {.scope = kScope,
     .name = "user_data_option_*",
     .kind = text,
     .meaning =
         "The text that replaces `##user_data_option_X##` in the template. X is made of a-z, 0-9 and _.",
     .from_pipe = FromPipe::accepted},
    {.scope = kScope,
     .name = "user_data_file_*",
     .kind = path,
     .meaning = "The file (a path, or a name in files/) whose content replaces `##user_data_file_X##` and "
                "`##user_data_option_X##` in the template.",
     .from_pipe = FromPipe::accepted},
    {.scope = kScope,
     .name = "user_data_proxy",
     .kind = boolean,
     .meaning = "Whether each machine is given a limited X.509 proxy (RFC 3820) in place of "
                "`##user_data_option_x509_proxy##`, made with the certificate `x509cert.pem` and the key "
                "`x509key.pem` in the directory that has files/ in it.",
     .default_text = "False",
     .from_pipe = FromPipe::accepted},
    {.scope = kScope,
     .name = "legacy_proxy",
     .kind = boolean,
     .meaning = "Whether each machine is given a proxy in the form that Globus had before RFC 3820, instead.",
     .default_text = "False",
     .from_pipe = FromPipe::accepted},
    {.scope = kScope,
     .name = "log_joboutputs",
     .status = ignored,
     .remedy = "remove it; cleanup_hours of the space says how long directories are kept"},
    {.scope = kScope,
     .name = "log_machineoutputs",
     .status = ignored,
     .remedy = "remove it; cleanup_hours of the space says how long directories are kept"},
    {.scope = kScope,
     .name = "joboutputs_days",
     .status = ignored,
     .remedy = "remove it; cleanup_hours of the space says how long directories are kept"},
    {.scope = kScope,
     .name = "machineoutputs_days",
     .status = ignored,
     .remedy = "remove it; cleanup_hours of the space says how long directories are kept"},
    {.scope = kScope,
     .name = "remote_joboutputs_*",
     .status = ignored,
     .remedy = "remove it; fetch joboutputs from the shared directory"},
    {.scope = kScope, .name = "user_data_proxy_cert", .status = ignored, .remedy = "remove it"},
    {.scope = kScope, .name = "user_data_proxy_key", .status = ignored, .remedy = "remove it"},
};

}  // namespace

std::span<const Option> machinetype_options() {
  return kMachinetypeOptions;
}

}  // namespace vacuum
