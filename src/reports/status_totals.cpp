#include "reports/status_totals.hpp"

#include <algorithm>
#include <numeric>

#include "reports/json_members.hpp"

namespace vacuum {
namespace {

struct Counter {
  std::string_view name;
  std::int64_t StatusTotals::*member;
};
constexpr std::array kCounters{
    Counter{"cycles_done", &StatusTotals::cycles_done},
    Counter{"cycles_failed", &StatusTotals::cycles_failed},
    Counter{"creations_failed", &StatusTotals::creations_failed},
    Counter{"deletions_accepted", &StatusTotals::deletions_accepted},
    Counter{"deletions_failed", &StatusTotals::deletions_failed},
    Counter{"accounted", &StatusTotals::accounted},
    Counter{"messages_sent", &StatusTotals::messages_sent},
};

DurationCounts read_durations(const json::object& object, std::string& error) {
  const Members members(object, error);
  DurationCounts durations;
  members.read("sum_ms", durations.sum);
  const json::array& counts = members.array("counts");
  for (std::size_t i = 0; i < std::min(counts.size(), durations.counts.size()); ++i) {
    if (counts[i].is_int64() && is_count(counts[i].get_int64())) durations.counts[i] = counts[i].get_int64();
  }
  return durations;
}

RequestCounts read_requests(const json::object& object, std::string& error) {
  const Members members(object, error);
  RequestCounts requests;
  members.read("asked", requests.asked);
  members.read("failed", requests.failed);
  members.read("took_ms", requests.took);
  return requests;
}

}  // namespace

void DurationCounts::add(Milliseconds took) {
  const double seconds = std::chrono::duration<double>(took).count();
  const auto bound = std::ranges::lower_bound(kBounds, seconds);
  ++counts[static_cast<std::size_t>(bound - kBounds.begin())];
  sum += took;
}

std::int64_t DurationCounts::count() const {
  return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

json::object totals_json(const StatusTotals& totals) {
  json::object object;
  for (const Counter& counter : kCounters) object[counter.name] = totals.*counter.member;
  object["cycles"] =
      json::object{{"sum_ms", totals.cycles.sum.count()},
                   {"counts", json::array(totals.cycles.counts.begin(), totals.cycles.counts.end())}};
  json::object requests;
  for (const auto& [what, counts] : totals.cloud_requests) {
    requests[what] =
        json::object{{"asked", counts.asked}, {"failed", counts.failed}, {"took_ms", counts.took.count()}};
  }
  object["cloud_requests"] = std::move(requests);
  return object;
}

StatusTotals read_totals(const json::object& object, std::string& error) {
  const Members members(object, error);
  StatusTotals totals;
  for (const Counter& counter : kCounters) members.read(counter.name, totals.*counter.member);
  if (const auto* cycles = members.object("cycles")) totals.cycles = read_durations(*cycles, error);
  if (const auto* requests = members.object("cloud_requests")) {
    const Members kinds(*requests, error);
    for (const auto& request : *requests) {
      if (const auto* counts = kinds.object(request.key()))
        totals.cloud_requests[std::string(request.key())] = read_requests(*counts, error);
    }
  }
  return totals;
}

}  // namespace vacuum
