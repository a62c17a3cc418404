#include "reports/metrics.hpp"

#include <map>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace vacuum {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

double as_seconds(Milliseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

/// Families in the order in which they are first met, each with all its samples.
class Families {
 public:
  void gauge(const char* name, const char* help, Labels labels, double value) {
    ClientMetric& metric = add(name, help, MetricType::Gauge, std::move(labels));
    metric.gauge.value = value;
  }
  void gauge(const char* name, const char* help, Labels labels, const std::optional<int>& value) {
    if (value) gauge(name, help, std::move(labels), *value);
  }
  void counter(const char* name, const char* help, Labels labels, double value) {
    ClientMetric& metric = add(name, help, MetricType::Counter, std::move(labels));
    metric.counter.value = value;
  }
  void durations(const char* name, const char* help, Labels labels, const DurationCounts& durations) {
    auto& histogram = add(name, help, MetricType::Histogram, std::move(labels)).histogram;
    histogram.sample_count = static_cast<std::uint64_t>(durations.count());
    histogram.sample_sum = as_seconds(durations.sum);
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < DurationCounts::kBounds.size(); ++i) {
      below += static_cast<std::uint64_t>(durations.counts[i]);
      histogram.bucket.push_back({below, DurationCounts::kBounds[i]});
    }
  }
  [[nodiscard]] std::string text() const { return prometheus::TextSerializer().Serialize(families_); }

 private:
  ClientMetric& add(const char* name, const char* help, MetricType type, Labels labels) {
    const auto [position, is_new] = positions_.try_emplace(name, families_.size());
    if (is_new) families_.push_back({name, help, type, {}});
    auto& metrics = families_[position->second].metric;
    metrics.emplace_back().label = std::move(labels);
    return metrics.back();
  }

  std::vector<MetricFamily> families_;
  std::map<std::string, std::size_t> positions_;
};

void add_cycle(Families& families, const StatusDocument& status, const Labels& space) {
  Labels about = space;
  about.insert(about.end(), {{"manager", status.manager}, {"version", status.version}});
  families.gauge("vacuum_space_info", "Who manages the space.", about, 1.0);
  families.gauge("vacuum_cycle_begin_seconds", "Unix time at which the last cycle began.", space,
                 static_cast<double>(to_unix(status.cycle_began)));
  families.gauge("vacuum_cycle_interval_seconds", "From the beginning of a cycle to that of the next.", space,
                 as_seconds(status.next_cycle_after));
  families.gauge("vacuum_cycle_failed", "1 where the last cycle did nothing, or not all.", space,
                 status.error.empty() ? 0.0 : 1.0);
  families.gauge("vacuum_configuration_problems", "Findings in the configuration of the space.", space,
                 static_cast<double>(status.problems.size()));
}

void add_faults(Families& families, const StatusDocument& status, const Labels& space) {
  for (const StatusFault& fault : status.faults) {
    Labels labels = space;
    labels.push_back({"source", fault.source});
    families.gauge("vacuum_fault", "1 for each thing beside the cycles that does not work.", labels, 1.0);
    families.gauge("vacuum_fault_begin_seconds", "Unix time since when it does not work.", labels,
                   static_cast<double>(to_unix(fault.since)));
  }
}

void add_space(Families& families, const StatusDocument& status, const Labels& space) {
  const char* const limits = "Limits of the cloud's quota.";
  const char* const used = "What of the quota is used, by anybody.";
  const auto resource = [&](const char* name) {
    Labels labels = space;
    labels.push_back({"resource", name});
    return labels;
  };
  families.gauge("vacuum_space_processors", "Processors in the space, others' included.", space,
                 status.processors_in_space);
  families.gauge("vacuum_space_processors_limit", "The limit in force; none: no limit.", space,
                 status.processors_limit);
  families.gauge("vacuum_quota_limit", limits, resource("processors"), status.quota.processors_limit);
  families.gauge("vacuum_quota_limit", limits, resource("memory_mb"), status.quota.memory_mb_limit);
  families.gauge("vacuum_quota_limit", limits, resource("machines"), status.quota.machines_limit);
  families.gauge("vacuum_quota_used", used, resource("processors"), status.quota.processors_used);
  families.gauge("vacuum_quota_used", used, resource("memory_mb"), status.quota.memory_mb_used);
  families.gauge("vacuum_quota_used", used, resource("machines"), status.quota.machines_used);
  families.gauge("vacuum_foreign_machines", "VMs of others in the space.", space, status.foreign_machines);
  families.gauge("vacuum_foreign_processors", "Their processors.", space, status.foreign_processors);
  families.gauge("vacuum_orphans", "Machines of no configured machinetype.", space, status.orphans);
  if (status.ramp) {
    families.gauge("vacuum_ramp_step", "What one cycle may create, as a part of the limit (adaptive ramp).",
                   space, static_cast<double>(status.ramp->step_millionths) / 1e6);
  }
  families.gauge("vacuum_held_deletions", "Deletions that wait for an operator.", space,
                 status.held_deletions);
}

void add_totals(Families& families, const StatusTotals& totals, const Labels& space) {
  const auto with = [&](const char* name, const std::string& value) {
    Labels labels = space;
    labels.push_back({name, value});
    return labels;
  };
  const auto number = [](std::int64_t count) { return static_cast<double>(count); };
  const char* const cycles = "Cycles since the daemon started.";
  families.counter("vacuum_cycles_total", cycles, with("result", "done"), number(totals.cycles_done));
  families.counter("vacuum_cycles_total", cycles, with("result", "failed"), number(totals.cycles_failed));
  families.durations("vacuum_cycle_seconds", "How long cycles took.", space, totals.cycles);
  families.counter("vacuum_creations_failed_total", "Creations that the cloud refused.", space,
                   number(totals.creations_failed));
  const char* const deletions = "Deletions that were asked for.";
  families.counter("vacuum_deletions_total", deletions, with("result", "accepted"),
                   number(totals.deletions_accepted));
  families.counter("vacuum_deletions_total", deletions, with("result", "failed"),
                   number(totals.deletions_failed));
  families.counter("vacuum_accounting_records_total", "Accounting records written.", space,
                   number(totals.accounted));
  families.counter("vacuum_vacquery_messages_total", "Messages handed over for monitors.", space,
                   number(totals.messages_sent));
  for (const auto& [what, counts] : totals.cloud_requests) {
    const Labels labels = with("request", what);
    families.counter("vacuum_cloud_requests_total", "Requests to the cloud.", labels, number(counts.asked));
    families.counter("vacuum_cloud_request_failures_total", "Of these: that failed.", labels,
                     number(counts.failed));
    families.counter("vacuum_cloud_request_seconds_total", "How long they took, all together.", labels,
                     as_seconds(counts.took));
  }
}

void add_machinetype(Families& families, const MachinetypeStatus& status, const Labels& machinetype) {
  const MachinetypePlan& plan = status.plan;
  const auto with = [&](const char* name, std::string_view value) {
    Labels labels = machinetype;
    labels.push_back({name, std::string(value)});
    return labels;
  };
  for (std::size_t i = 0; i < kMachineStateCount; ++i) {
    families.gauge("vacuum_machines", "Machines by state.",
                   with("state", to_string(static_cast<MachineState>(i))), plan.machines_by_state[i]);
  }
  families.gauge("vacuum_processors", "Processors of all its machines.", machinetype, plan.processors);
  families.gauge("vacuum_target_share", "Its configured share.", machinetype, plan.target_share);
  families.gauge("vacuum_weighted_count", "Machines by their weight, divided by the share.", machinetype,
                 plan.weighted_count);
  families.gauge("vacuum_waiting", "1: why no more are created.", with("reason", to_string(plan.wait)), 1.0);
  if (plan.wait_until) {
    families.gauge("vacuum_waiting_end_seconds", "Unix time at which the wait ends, where it is known.",
                   machinetype, static_cast<double>(to_unix(*plan.wait_until)));
  }
  families.counter("vacuum_machines_created_total", "Machines created.", machinetype, status.created);
  const char* const finished = "Machines that ended, by what that means for their machinetype.";
  families.counter("vacuum_machines_finished_total", finished, with("verdict", "success"),
                   status.finished_success);
  families.counter("vacuum_machines_finished_total", finished, with("verdict", "abort"),
                   status.finished_abort);
  families.counter("vacuum_machines_finished_total", finished, with("verdict", "none"),
                   status.finished_no_verdict);
}

}  // namespace

std::string metrics_text(std::span<const StatusDocument> spaces, std::span<const std::string> unreadable) {
  Families families;
  for (const std::string& space : unreadable)
    families.gauge("vacuum_status_unreadable", "1 where the status of a space cannot be read.",
                   {{"space", space}}, 1.0);
  for (const StatusDocument& status : spaces) {
    const Labels space{{"space", status.space}};
    add_cycle(families, status, space);
    add_faults(families, status, space);
    add_totals(families, status.totals, space);
    if (!status.planned) continue;  // what follows is not known: no value is better than an old or a zero one
    add_space(families, status, space);
    for (const MachinetypeStatus& machinetype : status.machinetypes) {
      Labels labels = space;
      labels.push_back({"machinetype", machinetype.plan.name.text()});
      add_machinetype(families, machinetype, labels);
    }
  }
  return families.text();
}

}  // namespace vacuum
