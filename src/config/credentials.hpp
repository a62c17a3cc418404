#pragma once

#include "config/cloud_entry.hpp"
#include "config/configuration.hpp"
#include "config/option_reader.hpp"

namespace vacuum {

/// Fills in who we are: from the section's own options, over what clouds.yaml or OS_* variables gave.
void read_credentials(OptionReader& reader, const Sources& sources, OpenstackOptions& options);

/// Fills in all that clouds.yaml or OS_* variables say. `origin` names them in diagnostics.
void apply_cloud_entry(const CloudEntry& entry, const std::string& origin, OptionReader& reader,
                       OpenstackOptions& options);

}  // namespace vacuum
