#include "sim/play/expectation.hpp"

#include <array>

namespace vacuum::sim {
namespace {

struct NamedMeasure {
  std::string_view name;
  Measure measure;
};
constexpr std::array kMeasures{
    NamedMeasure{"machines", Measure::machines},   NamedMeasure{"most_machines", Measure::most_machines},
    NamedMeasure{"share", Measure::share},         NamedMeasure{"created", Measure::created},
    NamedMeasure{"no_work", Measure::no_work},     NamedMeasure{"jobs_done", Measure::jobs_done},
    NamedMeasure{"jobs_lost", Measure::jobs_lost},
};

}  // namespace

std::optional<Measure> parse_measure(std::string_view text) {
  for (const NamedMeasure& known : kMeasures)
    if (known.name == text) return known.measure;
  return std::nullopt;
}

std::string_view to_string(Measure measure) {
  for (const NamedMeasure& known : kMeasures)
    if (known.measure == measure) return known.name;
  return "";
}

}  // namespace vacuum::sim
