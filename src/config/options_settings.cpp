#include "config/option_tables.hpp"

namespace vacuum {
namespace {

using enum OptionKind;

constexpr auto kScope = OptionScope::settings;

constexpr Option kSettingsOptions[] = {
    {.scope = kScope,
     .name = "https_listen",
     .kind = words,
     .meaning = "Addresses at which machines are served over TLS, as ADDRESS:PORT or [IPv6 address]:PORT; "
                "`0.0.0.0:443 [::]:443` are all addresses of this host. They read their Machine/Job Features "
                "there and write their joboutputs. Needs https_certificate and https_key.",
     .default_note = "none: this vcycled serves no machines"},
    {.scope = kScope,
     .name = "http_listen",
     .kind = words,
     .meaning = "Addresses at which the same is served in clear text, for reading alone.",
     .default_note = "none"},
    {.scope = kScope,
     .name = "status_listen",
     .kind = words,
     .meaning = "Addresses of the status API, `/metrics` and `/healthz`. They are for operators, tell all "
                "about the spaces, and ask for no password: keep them on the loopback or behind a proxy. "
                "`none` serves them nowhere.",
     .default_text = "127.0.0.1:9780"},
    {.scope = kScope,
     .name = "https_certificate",
     .kind = path,
     .meaning = "PEM file with the certificate of the HTTPS service and its chain. A new one is taken up "
                "without a restart.",
     .default_note = "none"},
    {.scope = kScope,
     .name = "https_key",
     .kind = path,
     .meaning = "PEM file with the private key of that certificate. Only the daemon's user should be able to "
                "read it.",
     .default_note = "none"},
    {.scope = kScope,
     .name = "ca_directory",
     .kind = path,
     .meaning = "Directory of the certificate authorities (hashed names, with CRLs and signing policies "
                "beside them, as IGTF distributes them) that clients, images and web servers are verified "
                "with. Web servers are verified with the system's authorities as well.",
     .default_text = "/etc/grid-security/certificates"},
    {.scope = kScope,
     .name = "manager_name",
     .kind = OptionKind::text,
     .meaning =
         "Name of this vcycled among those that share its directory: a host name, and no other manager "
         "may have it. In force after a restart.",
     .default_note = "the name of the host"},
    {.scope = kScope,
     .name = "lease_seconds",
     .kind = integer,
     .meaning = "How soon the others take over the machines of this manager when it is heard of no more. It "
                "stops acting itself when the shared directory has not taken its renewal for 60 % of this "
                "time. In force after a restart.",
     .default_text = "15",
     .least = 2,
     .most = 600,
     .unit = "s"},
    {.scope = kScope,
     .name = "apel_directory",
     .kind = path,
     .meaning = "Directory of the accounting records: `apel-archive`, `apel-outgoing` and what they need are "
                "made below it. Where several managers share their machines it is the same for all of them, "
                "on their shared file system, since a machine may be accounted by any of them.",
     .default_note = "the state directory"},
    {.scope = kScope,
     .name = "imagecache_mb",
     .kind = integer,
     .meaning = "Greatest size of the cache of images from URLs. Images that no machinetype uses go first.",
     .default_text = "20000",
     .least = 1,
     .most = 100'000'000,
     .unit = "MB"},
    {.scope = kScope,
     .name = "joboutputs_file_kb",
     .kind = integer,
     .meaning = "Greatest size of one file that a machine may leave in its joboutputs.",
     .default_text = "10240",
     .least = 1,
     .most = 100'000'000,
     .unit = "KB"},
    {.scope = kScope,
     .name = "joboutputs_machine_mb",
     .kind = integer,
     .meaning = "Greatest size of all files together that one machine may leave.",
     .default_text = "50",
     .least = 1,
     .most = 100'000'000,
     .unit = "MB"},
    {.scope = kScope,
     .name = "joboutputs_files",
     .kind = integer,
     .meaning = "Greatest number of files that one machine may leave.",
     .default_text = "100",
     .least = 1,
     .most = 100'000},
    {.scope = kScope,
     .name = "joboutputs_per_minute",
     .kind = integer,
     .meaning = "How many files one machine may write in a minute, again and again the same ones included.",
     .default_text = "120",
     .least = 1,
     .most = 1'000'000},
    {.scope = kScope,
     .name = "events_mb",
     .kind = integer,
     .meaning = "Size at which the file of events is put aside and a new one is begun.",
     .default_text = "100",
     .least = 1,
     .most = 1'000'000,
     .unit = "MB"},
    {.scope = kScope,
     .name = "events_files",
     .kind = integer,
     .meaning = "How many files of events are kept, the one in use included.",
     .default_text = "10",
     .least = 1,
     .most = 10'000},
};

}  // namespace

std::span<const Option> settings_options() {
  return kSettingsOptions;
}

}  // namespace vacuum
