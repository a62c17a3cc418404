#pragma once

#include <optional>

#include "config/configuration.hpp"
#include "ports/manager_register.hpp"
#include "programs/common/load_from_disk.hpp"

namespace vacuum {

/// That several managers share their machines, and this one keeps its accounting records for itself: a
/// machine that passes from one to another might be accounted twice. Nothing where all is well.
[[nodiscard]] std::optional<Diagnostic> warn_of_own_accounting(const DaemonSettings& settings,
                                                               const RegisterView& managers);

/// The same for the managers of a state directory.
[[nodiscard]] std::optional<Diagnostic> warn_of_own_accounting(const DaemonSettings& settings,
                                                               const DiskPlaces& places);

}  // namespace vacuum
