#include "sim/world/directory_way.hpp"

#include <fmt/format.h>

namespace vacuum::sim {
namespace {

StoreError trouble(const std::string& where, std::string_view what) {
  return {StoreDecision::retry, fmt::format("{}: {} (simulated)", where, what)};
}

}  // namespace

DirectoryWay::Times DirectoryWay::draw_times() {
  const DirectoryTroubles& troubles = directory_.troubles;
  if (troubles.latency.to <= 0) return {};
  Times times;
  const Milliseconds latency = draw(troubles.latency, directory_.draws);
  times.going = latency / 2;
  times.coming = latency - times.going;
  if (happens(troubles.slow, directory_.draws)) {
    const Milliseconds more = draw(troubles.slow_seconds, directory_.draws);
    (happens(0.5, directory_.draws) ? times.going : times.coming) += more;
  }
  return times;
}

DirectoryWay::Fate DirectoryWay::draw_fate() {
  if (happens(directory_.troubles.failed_write, directory_.draws)) return Fate::not_done;
  if (happens(directory_.troubles.unsure_write, directory_.draws)) return Fate::answer_lost;
  return Fate::good;
}

DirectoryWay::Problem DirectoryWay::problem_of_looking(const Directory& directory, bool cut_off,
                                                       const std::string& where) {
  if (cut_off) return trouble(where, "Connection timed out");
  if (directory.read_problem) return trouble(where, *directory.read_problem);
  return std::nullopt;
}

DirectoryWay::Problem DirectoryWay::problem_of_changing(const Directory& directory, bool cut_off,
                                                        const std::string& where) {
  if (Problem bad = problem_of_looking(directory, cut_off, where)) return bad;
  if (directory.write_problem) return trouble(where, *directory.write_problem);
  return std::nullopt;
}

StoreError DirectoryWay::single_failure(const std::string& where) {
  return trouble(where, "Input/output error");
}

}  // namespace vacuum::sim
