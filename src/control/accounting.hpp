#pragma once

#include "domain/fleet.hpp"
#include "domain/plan.hpp"
#include "domain/settings.hpp"
#include "ports/accounting_sink.hpp"

namespace vacuum {

/// The accounting record of a finished machine, written by `manager`. What was recorded at its creation wins
/// over what is configured now; of an orphan nothing else is known.
[[nodiscard]] AccountingRecord accounting_record(const AccountMachine& action, const Machine& machine,
                                                 const SpaceSettings& settings, const ManagerName& manager);

/// "ran for 2 h 0 min; record 20261125/0123456789abcd, to be sent"
[[nodiscard]] std::string accounting_words(const AccountMachine& action, const AccountingRecord& record);

}  // namespace vacuum
