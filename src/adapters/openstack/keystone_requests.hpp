#pragma once

#include <string>
#include <string_view>

#include "adapters/openstack/account.hpp"
#include "adapters/openstack/catalogue.hpp"
#include "base/secret.hpp"

namespace vacuum::openstack {

/// The body of POST /v3/auth/tokens. Holds the secret.
[[nodiscard]] std::string login_body(const Login& login);

/// The password or secret of a login.
[[nodiscard]] const Secret& secret_of(const Login& login);

/// What a token's body tells.
struct TokenInfo {
  Seconds lifetime{0};
  Catalogue catalogue;
};

/// Nothing where the body is no token. The lifetime is what the service's own clock says it is.
[[nodiscard]] std::optional<TokenInfo> read_token_body(std::string_view body);

}  // namespace vacuum::openstack
