#pragma once

#include <cstddef>
#include <string_view>

#include "base/secret.hpp"
#include "domain/names.hpp"

namespace vacuum {

/// How many random bytes a token key has at least.
inline constexpr std::size_t kTokenKeyBytes = 32;

/// The token with which a machine writes to its own joboutputs, and to nothing else (spec 9):
/// base64url(HMAC-SHA256(key, "SPACE/MACHINE")), 43 characters. It follows from the key alone, so that any
/// manager can check it, and an adopted machine's token stays valid. It means nothing once the machine is
/// not in current/ any more: that is for the caller to check.
/// Precondition: a key of at least kTokenKeyBytes.
[[nodiscard]] Secret machine_token(const Secret& key, const SpaceName& space, const MachineName& machine);

/// Whether `presented` is that token. Takes as long wherever the first difference is.
[[nodiscard]] bool is_machine_token(std::string_view presented, const Secret& key, const SpaceName& space,
                                    const MachineName& machine);

}  // namespace vacuum
