#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "domain/event.hpp"

namespace vacuum {

/// One line of STATE/events/events.jsonl: a JSON object and a newline. Members in this order: time (ISO 8601,
/// UTC), kind, space, machinetype, machine, reason, details (an object of strings); those that do not apply
/// are left out. What is no UTF-8 is replaced.
[[nodiscard]] std::string write_event(const Event& event);

/// Reads a line back, with or without its newline. Unknown members are ignored; a kind that this version does
/// not know, like a torn line, is an error that says so.
[[nodiscard]] Result<Event, std::string> read_event(std::string_view line);

}  // namespace vacuum
