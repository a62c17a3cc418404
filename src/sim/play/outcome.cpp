#include "sim/play/outcome.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace vacuum::sim {
namespace {

struct Window {
  std::size_t first = 0;
  std::size_t last = 0;  ///< in it
};

std::optional<Window> window_of(const Recording& recording, const Expectation& expected) {
  const std::size_t size = recording.size();
  if (size == 0) return std::nullopt;
  const auto step = static_cast<std::size_t>(recording.step.count());
  const auto first = (static_cast<std::size_t>(expected.from.count()) + step - 1) / step;
  const auto last = std::min(static_cast<std::size_t>(expected.until.count()) / step, size - 1);
  if (first > last) return std::nullopt;
  return Window{first, last};
}

/// A machinetype's samples, or those of the whole space added up.
std::vector<TypeSample> samples_of(const SpaceTrack& space, const MachinetypeName& wanted) {
  std::vector<TypeSample> sum;
  for (const TypeTrack& type : space.types) {
    if (!wanted.empty() && type.name != wanted) continue;
    sum.resize(type.samples.size());
    for (std::size_t i = 0; i < type.samples.size(); ++i) {
      const TypeSample& one = type.samples[i];
      sum[i].starting += one.starting;
      sum[i].running += one.running;
      sum[i].ending += one.ending;
      sum[i].processors += one.processors;
      sum[i].created += one.created;
      sum[i].jobs_done += one.jobs_done;
      sum[i].jobs_lost += one.jobs_lost;
      sum[i].no_work += one.no_work;
    }
  }
  return sum;
}

template <class Value>
double mean(const std::vector<TypeSample>& samples, Window window, Value value) {
  double sum = 0;
  for (std::size_t i = window.first; i <= window.last; ++i) sum += static_cast<double>(value(samples[i]));
  return sum / static_cast<double>(window.last - window.first + 1);
}

double most_machines(const std::vector<TypeSample>& samples, Window window) {
  int most = 0;
  for (std::size_t i = window.first; i <= window.last; ++i) most = std::max(most, samples[i].machines());
  return most;
}

TypeOutcome outcome_of(const SpaceTrack& space, const TypeTrack& type, double shares, double processors) {
  TypeOutcome outcome{.space = space.name, .machinetype = type.name};
  if (shares > 0) outcome.target_share = type.target_share / shares;
  if (type.samples.empty()) return outcome;
  const Window all{0, type.samples.size() - 1};
  const double mine = mean(type.samples, all, [](const TypeSample& sample) { return sample.processors; });
  if (processors > 0) outcome.reached_share = mine / processors;
  outcome.mean_machines = mean(type.samples, all, [](const TypeSample& sample) { return sample.machines(); });
  const auto part_in = [&](Phase phase) {
    return mean(type.samples, all, [&](const TypeSample& sample) { return sample.phase == phase ? 1 : 0; });
  };
  outcome.backing_off = part_in(Phase::backing_off);
  outcome.probing = part_in(Phase::probing);
  const TypeSample& last = type.samples.back();
  outcome.created = last.created;
  outcome.jobs_done = last.jobs_done;
  outcome.jobs_lost = last.jobs_lost;
  outcome.no_work = last.no_work;
  outcome.failed = last.failed;
  outcome.processor_hours = type.processor_hours;
  outcome.wasted_processor_hours = std::max(type.processor_hours - type.busy_processor_hours, 0.0);
  return outcome;
}

std::string hours(Milliseconds duration) {
  return format_duration(std::chrono::duration_cast<Seconds>(duration));
}

std::string range_words(const Expectation& expected) {
  if (expected.least && expected.most) return fmt::format("{:g} to {:g}", *expected.least, *expected.most);
  return expected.least ? fmt::format("{:g} or more", *expected.least)
                        : fmt::format("{:g} or less", expected.most.value_or(0));
}

}  // namespace

std::vector<TypeOutcome> outcomes_of(const Recording& recording) {
  std::vector<TypeOutcome> outcomes;
  for (const SpaceTrack& space : recording.spaces) {
    double shares = 0;
    double processors = 0;
    for (const TypeTrack& type : space.types) {
      shares += type.target_share;
      if (!type.samples.empty())
        processors += mean(type.samples, {0, type.samples.size() - 1},
                           [](const TypeSample& sample) { return sample.processors; });
    }
    for (const TypeTrack& type : space.types) outcomes.push_back(outcome_of(space, type, shares, processors));
  }
  return outcomes;
}

std::optional<double> measure(const Recording& recording, const Expectation& expected) {
  const SpaceTrack* space = recording.find(expected.space);
  const auto window = window_of(recording, expected);
  if (space == nullptr || !window) return std::nullopt;
  const auto samples = samples_of(*space, expected.machinetype);
  if (samples.size() <= window->last) return std::nullopt;
  const auto gained = [&](std::uint64_t TypeSample::*count) {
    return static_cast<double>(samples[window->last].*count - samples[window->first].*count);
  };
  const auto processors = [](const TypeSample& sample) { return sample.processors; };
  switch (expected.measure) {
    case Measure::machines:
      return mean(samples, *window, [](const TypeSample& sample) { return sample.machines(); });
    case Measure::most_machines:
      return most_machines(samples, *window);
    case Measure::share: {
      const double all = mean(samples_of(*space, MachinetypeName{}), *window, processors);
      return all > 0 ? mean(samples, *window, processors) / all : 0;
    }
    case Measure::created:
      return gained(&TypeSample::created);
    case Measure::no_work:
      return gained(&TypeSample::no_work);
    case Measure::jobs_done:
      return gained(&TypeSample::jobs_done);
    case Measure::jobs_lost:
      return gained(&TypeSample::jobs_lost);
  }
  return std::nullopt;
}

bool is_met(const Expectation& expected, const std::optional<double>& measured) {
  if (!measured) return false;
  return (!expected.least || *measured >= *expected.least) && (!expected.most || *measured <= *expected.most);
}

std::string describe(const Expectation& expected, const std::optional<double>& measured) {
  return fmt::format("{} of {} from {} to {}: {}, expected {}", to_string(expected.measure),
                     expected.machinetype.empty() ? expected.space.text() : expected.machinetype.text(),
                     hours(expected.from), hours(expected.until),
                     measured ? fmt::format("{:.3g}", *measured) : "nothing was recorded",
                     range_words(expected));
}

}  // namespace vacuum::sim
