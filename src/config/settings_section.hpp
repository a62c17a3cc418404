#pragma once

#include "config/option_reader.hpp"
#include "domain/settings.hpp"

namespace vacuum {

/// A checked [settings]. What is wrong is told to the reader and has its default.
[[nodiscard]] DaemonSettings read_settings(OptionReader& reader);

}  // namespace vacuum
