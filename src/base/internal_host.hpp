#pragma once

#include <string_view>

namespace vacuum {

/// Whether a host is this one, or is reached only from inside a site: a loopback, link-local, private or
/// unspecified address in any notation that a resolver takes, or a name below localhost, .local or
/// .internal. Other names count as public: they are not resolved. IPv6 addresses stand without brackets.
[[nodiscard]] bool is_internal_host(std::string_view host);

}  // namespace vacuum
