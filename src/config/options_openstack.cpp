#include "config/option_tables.hpp"

namespace vacuum {
namespace {

using enum OptionKind;
using enum OptionStatus;

constexpr auto kScope = OptionScope::openstack;

constexpr Option kOpenstackOptions[] = {
    {.scope = kScope,
     .name = "url",
     .kind = text,
     .meaning =
         "URL of the identity service (Keystone), as `https://HOST:5000/v3`. A URL without a version gets "
         "`/v3`. "
         "Required, unless `cloud` or the variable `OS_AUTH_URL` or `OS_CLOUD` gives the credentials."},
    {.scope = kScope,
     .name = "cloud",
     .kind = text,
     .meaning = "Name of a cloud in clouds.yaml to take URL, project, credentials, region, interface and CA "
                "file from. "
                "Options given here rule over what is written there. clouds.yaml is looked for at "
                "`$OS_CLIENT_CONFIG_FILE`, "
                "in the working directory, in ~/.config/openstack and in /etc/openstack; secure.yaml beside "
                "it is merged."},
    {.scope = kScope,
     .name = "project_name",
     .kind = text,
     .meaning =
         "Name of the project. Required with a user name; an application credential knows its project.",
     .aliases = "tenancy_name"},
    {.scope = kScope,
     .name = "domain_name",
     .kind = text,
     .meaning = "Domain of the user and of the project.",
     .default_text = "default"},
    {.scope = kScope,
     .name = "username",
     .kind = text,
     .meaning = "User with access to the project. Needs one of the passwords below."},
    {.scope = kScope,
     .name = "password_file",
     .kind = path,
     .meaning =
         "File that holds the user's password and nothing else. Should be readable by its owner alone."},
    {.scope = kScope,
     .name = "password_base64",
     .kind = secret,
     .meaning = "The user's password in Base64, as `echo -n 'PASSword' | base64` writes it: hidden from a "
                "casual look, no "
                "more."},
    {.scope = kScope,
     .name = "password",
     .kind = secret,
     .meaning = "The user's password as it is.",
     .status = deprecated,
     .remedy = "use password_file or password_base64"},
    {.scope = kScope,
     .name = "cred_id",
     .kind = text,
     .meaning = "Id of an application credential. Rules over `username`."},
    {.scope = kScope,
     .name = "cred_secret_file",
     .kind = path,
     .meaning = "File that holds the application credential's secret and nothing else. Should be readable by "
                "its owner "
                "alone."},
    {.scope = kScope,
     .name = "cred_secret",
     .kind = secret,
     .meaning = "The application credential's secret."},
    {.scope = kScope,
     .name = "region",
     .kind = text,
     .meaning = "Region whose endpoints are used.",
     .default_note = "the first of the catalogue"},
    {.scope = kScope,
     .name = "interface",
     .kind = text,
     .meaning = "Which of the catalogue's endpoints are used: `public`, `internal` or `admin`.",
     .default_text = "public"},
    {.scope = kScope,
     .name = "ca_file",
     .kind = path,
     .meaning = "PEM file with the certificate authorities that vouch for the cloud's services. TLS is "
                "always verified.",
     .default_note = "the system's"},
    {.scope = kScope,
     .name = "zones",
     .kind = words,
     .meaning = "Availability zones; one is drawn at random for each machine.",
     .default_note = "the cloud chooses"},
    {.scope = kScope,
     .name = "security_groups",
     .kind = words,
     .meaning = "Names of the security groups of each machine.",
     .default_note = "the project's default group"},
    {.scope = kScope,
     .name = "network_uuid",
     .kind = text,
     .meaning = "Id of the network that machines are put into, or `none` for machines without any network.",
     .default_note = "the cloud chooses"},
    {.scope = kScope,
     .name = "glance_api",
     .kind = integer,
     .meaning = "Version of the image API. There is only 2 left; 1 is read as 2.",
     .default_text = "2",
     .least = 1,
     .most = 2},
    {.scope = kScope,
     .name = "requests_in_flight",
     .kind = integer,
     .meaning = "How many requests to this cloud may be under way at once.",
     .default_text = "24",
     .least = 1,
     .most = 200},
    {.scope = kScope,
     .name = "requests_per_second",
     .kind = number,
     .meaning = "How many requests to this cloud are begun per second at most.",
     .default_note = "no limit",
     .least = 0.01,
     .most = 10000,
     .unit = "1/s"},
    {.scope = kScope,
     .name = "request_seconds",
     .kind = integer,
     .meaning = "How long one request to this cloud may take.",
     .default_text = "60",
     .least = 1,
     .most = 3600,
     .unit = "s"},
};

}  // namespace

std::span<const Option> openstack_options() {
  return kOpenstackOptions;
}

}  // namespace vacuum
