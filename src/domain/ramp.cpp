#include "domain/ramp.hpp"

#include <fmt/format.h>

namespace vacuum {

std::string step_text(const Ramp& ramp) {
  return fmt::format("{:.4g} %", static_cast<double>(ramp.step_millionths) / 10'000);
}

}  // namespace vacuum
