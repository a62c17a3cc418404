#pragma once

#include <string>

namespace vacuum {

/// docs/reference/options.md, from the option table.
[[nodiscard]] std::string options_markdown();

/// docs/man/vcycle.conf.5 (roff), from the option table.
[[nodiscard]] std::string options_man_page();

/// docs/reference/vacuum-pipe.schema.json (JSON Schema 2020-12), from the option table.
[[nodiscard]] std::string pipe_schema();

}  // namespace vacuum
