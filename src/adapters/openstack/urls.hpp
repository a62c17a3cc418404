#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vacuum::openstack {

/// All but letters, digits and "-._~" as %XX.
[[nodiscard]] std::string percent_encode(std::string_view text);

[[nodiscard]] std::string_view without_trailing_slashes(std::string_view url);

/// Keystone's v3 root from what people configure: with /v3, with the old /v2.0, or without a version.
[[nodiscard]] std::string keystone_root(std::string_view auth_url);
/// Nova's endpoint up to its version ("http://host/v2.1/PROJECT" → "http://host/v2.1/"): where it tells its
/// microversions. Without a version in it, the endpoint itself.
[[nodiscard]] std::string nova_version_url(std::string_view endpoint);
/// Glance's endpoint without a version: the catalogue may or may not have one.
[[nodiscard]] std::string glance_root(std::string_view endpoint);

/// The query ("?marker=…") of a link to the next page of `resource` ("/servers/detail"). The link's own host
/// and leading path are ignored: behind a proxy they are often not ours. Nothing where the link leads
/// elsewhere.
[[nodiscard]] std::optional<std::string> next_query(std::string_view link, std::string_view resource);

}  // namespace vacuum::openstack
