#include "sim/report/page.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/report/chart.hpp"

namespace vacuum::sim {
namespace {

constexpr std::string_view kStyle = R"css(
:root { color-scheme: light dark; --back: #fff; --text: #1b1b1f; --faint: #6b6b76; --grid: #e3e3e8;
  --c0: #0072b2; --c1: #e69f00; --c2: #009e73; --c3: #cc79a7; --c4: #56b4e9; --c5: #d55e00; --c6: #b8a800; --c7: #888; }
@media (prefers-color-scheme: dark) { :root { --back: #17171b; --text: #ececf1; --faint: #a0a0ad; --grid: #33333c;
  --c0: #4aa8e0; --c1: #f0b840; --c2: #2cc79b; --c3: #e39ac4; --c4: #8fd0f5; --c5: #f08040; --c6: #e8dc50; --c7: #aaa; } }
body { background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; max-width: 1000px;
  margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.2rem; margin-top: 2.5rem; } h3 { font-size: 1rem; margin-bottom: 0; }
p, figcaption { color: var(--faint); margin-top: .2rem; }
svg { width: 100%; height: auto; display: block; } svg text { fill: var(--faint); font: 12px system-ui, sans-serif; }
.axis { stroke: var(--faint); fill: none; } .grid { stroke: var(--grid); fill: none; }
.line { fill: none; stroke-width: 1.8; } .dashed { stroke-dasharray: 6 5; stroke-width: 1.4; } .area { opacity: .82; }
.probing { opacity: .35; }
.f0 { fill: var(--c0); } .f1 { fill: var(--c1); } .f2 { fill: var(--c2); } .f3 { fill: var(--c3); }
.f4 { fill: var(--c4); } .f5 { fill: var(--c5); } .f6 { fill: var(--c6); } .f7 { fill: var(--c7); }
.s0 { stroke: var(--c0); } .s1 { stroke: var(--c1); } .s2 { stroke: var(--c2); } .s3 { stroke: var(--c3); }
.s4 { stroke: var(--c4); } .s5 { stroke: var(--c5); } .s6 { stroke: var(--c6); } .s7 { stroke: var(--c7); }
.legend span { display: inline-block; margin-right: 1.2rem; } .legend svg { display: inline-block; width: 12px; height: 12px;
  vertical-align: -1px; margin-right: .35rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin-top: .6rem; }
th, td { text-align: right; padding: .25rem .7rem; border-bottom: 1px solid var(--grid); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; } th { font-weight: 600; } .missed { color: var(--c5); font-weight: 600; }
figure { margin: .8rem 0; }
)css";

std::string legend(const std::vector<std::string>& names) {
  std::string html = "<p class=\"legend\">";
  for (std::size_t i = 0; i < names.size(); ++i) {
    html += fmt::format(
        "<span><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\"><rect class=\"f{}\" width=\"12\" "
        "height=\"12\" rx=\"2\"/></svg>{}</span>",
        i % 8, escape_html(names[i]));
  }
  return html + "</p>\n";
}

std::string figure(std::string_view heading, std::string_view caption, const std::string& content) {
  return fmt::format("<figure><h3>{}</h3><figcaption>{}</figcaption>\n{}</figure>\n", heading, caption,
                     content);
}

template <class Value>
std::vector<double> values_of(const TypeTrack& type, Value value) {
  std::vector<double> values;
  for (const TypeSample& sample : type.samples) values.push_back(value(sample));
  return values;
}

/// Parts of the processors in percent, smoothed over an eighth of a day at most: machines come and go.
std::vector<double> shares_of(const SpaceTrack& space, const TypeTrack& type, std::size_t around) {
  std::vector<double> shares;
  for (std::size_t i = 0; i < type.samples.size(); ++i) {
    const std::size_t first = i > around ? i - around : 0;
    const std::size_t last = std::min(i + around, type.samples.size() - 1);
    double mine = 0;
    double all = 0;
    for (std::size_t at = first; at <= last; ++at) {
      mine += type.samples[at].processors;
      for (const TypeTrack& other : space.types) all += other.samples[at].processors;
    }
    shares.push_back(all > 0 ? 100 * mine / all : 0);
  }
  return shares;
}

std::vector<Band> bands_of(const TypeTrack& type) {
  std::vector<Band> bands;
  for (std::size_t i = 0; i < type.samples.size(); ++i) {
    const Phase phase = type.samples[i].phase;
    if (phase == Phase::normal) continue;
    const std::string_view kind = phase == Phase::probing ? "probing" : "backing-off";
    if (!bands.empty() && bands.back().kind == kind && bands.back().last + 1 == i)
      bands.back().last = i;
    else
      bands.push_back({i, i, kind});
  }
  return bands;
}

std::string charts_of(const SpaceTrack& space, const Recording& recording) {
  const ChartMaker charts(recording.step, recording.size());
  double shares = 0;
  for (const TypeTrack& type : space.types) shares += type.target_share;
  std::vector<Series> machines, busy, parts;
  std::vector<Strip> strips;
  std::vector<std::string> names;
  const auto around = static_cast<std::size_t>(Milliseconds{3 * 3600'000 / 2} / recording.step);
  for (std::size_t i = 0; i < space.types.size(); ++i) {
    const TypeTrack& type = space.types[i];
    const std::string name = type.name.text();
    names.push_back(name);
    machines.push_back({name, i, false, values_of(type, [](const auto& at) { return at.machines(); })});
    busy.push_back({name, i, false, values_of(type, [](const auto& at) { return at.busy; })});
    parts.push_back({name, i, false, shares_of(space, type, around)});
    const double target = shares > 0 ? 100 * type.target_share / shares : 0;
    parts.push_back({name + ": target", i, true, std::vector<double>(type.samples.size(), target)});
    strips.push_back({name, i, bands_of(type)});
  }
  return legend(names) +
         figure("Machines", "in any state, on top of each other",
                charts.stacked("Machines over time", machines)) +
         figure("Machines with a job", "of those above", charts.stacked("Busy machines over time", busy)) +
         figure("Shares", "percent of the space's processors, a mean of three hours; dashed: the target",
                charts.lines("Shares over time", parts, 100)) +
         figure("Back-off", "full: backing off after an abort; faint: one machine at a time probes for work",
                charts.strips("Back-off over time", strips));
}

std::string queue_chart(const Recording& recording) {
  const ChartMaker charts(recording.step, recording.size());
  std::vector<Series> waiting;
  std::vector<std::string> names;
  for (const QueueTrack& queue : recording.queues) {
    if (queue.endless) continue;
    names.push_back(queue.name);
    Series series{queue.name, waiting.size(), false, {}};
    for (const std::uint64_t jobs : queue.waiting) series.values.push_back(static_cast<double>(jobs));
    waiting.push_back(std::move(series));
  }
  if (waiting.empty()) return {};
  return "<h2>Queues</h2>\n" + legend(names) +
         figure("Waiting jobs", "that no machine has fetched yet", charts.lines("Waiting jobs", waiting));
}

std::string row(const TypeOutcome& outcome) {
  return fmt::format(
      "<tr><td>{}</td><td>{:.1f} %</td><td>{:.1f} "
      "%</td><td>{:.1f}</td><td>{}</td><td>{}</td><td>{}</td><td>{}"
      "</td><td>{}</td><td>{:.0f}</td><td>{:.0f}</td><td>{:.0f} %</td></tr>\n",
      escape_html(outcome.machinetype.text()), 100 * outcome.target_share, 100 * outcome.reached_share,
      outcome.mean_machines, outcome.created, outcome.jobs_done, outcome.no_work, outcome.failed,
      outcome.jobs_lost, outcome.processor_hours, outcome.wasted_processor_hours, 100 * outcome.backing_off);
}

std::string table_of(const SpaceName& space, const std::vector<TypeOutcome>& outcomes) {
  std::string html =
      "<div class=\"scroll\"><table>\n<tr><th>Machinetype</th><th>Target "
      "share</th><th>Reached</th><th>Machines, "
      "mean</th><th>Created</th><th>Jobs done</th><th>No work</th><th>Failed</th><th>Jobs "
      "lost</th><th>Processor "
      "hours</th><th>of these wasted</th><th>Backing off</th></tr>\n";
  for (const TypeOutcome& outcome : outcomes)
    if (outcome.space == space) html += row(outcome);
  return html + "</table></div>\n";
}

std::string expectations_of(const Simulation& simulation, const Recording& recording) {
  if (simulation.expectations.empty()) return {};
  std::string html = "<h2>Expectations</h2>\n<ul>\n";
  for (const Expectation& expected : simulation.expectations) {
    const auto measured = measure(recording, expected);
    const bool met = is_met(expected, measured);
    html += fmt::format("<li{}>{}: {}</li>\n", met ? "" : " class=\"missed\"", met ? "met" : "missed",
                        escape_html(describe(expected, measured)));
  }
  return html + "</ul>\n";
}

}  // namespace

std::string make_page(const PageFacts& facts, const Simulation& simulation, const Recording& recording) {
  const std::string title = escape_html(facts.title);
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width, "
      "initial-scale=1\">\n<title>{0}</title>\n<style>{1}</style>\n</head>\n<body>\n"
      "<h1>{0}</h1>\n<p>{2}</p>\n<p>Simulated by vacsim {3}: {4}, seed {5}, in {6:.1f} s.</p>\n",
      title, kStyle, escape_html(facts.description), facts.version,
      format_duration(std::chrono::duration_cast<Seconds>(simulation.length)), facts.seed,
      facts.took_seconds);
  const auto outcomes = outcomes_of(recording);
  for (const SpaceTrack& space : recording.spaces) {
    html += fmt::format("<h2>{}</h2>\n", escape_html(space.name.text()));
    if (space.processors_limit) html += fmt::format("<p>Limit: {} processors</p>\n", *space.processors_limit);
    html += table_of(space.name, outcomes) + charts_of(space, recording);
  }
  return html + queue_chart(recording) + expectations_of(simulation, recording) + "</body>\n</html>\n";
}

}  // namespace vacuum::sim
