#include "programs/vcycle/managers_command.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "adapters/shared_directory/manager_directory.hpp"
#include "base/text.hpp"
#include "programs/common/run_to_end.hpp"
#include "programs/vcycle/state_view.hpp"
#include "programs/vcycle/text_table.hpp"

namespace vacuum {
namespace {

constexpr std::size_t kTakeoversShown = 20;

/// The view in the order in which it is shown: managers by name, the last takeovers first.
struct Managers {
  RegisterView view;
  std::set<IncarnationId> ended;

  explicit Managers(RegisterView read) : view(std::move(read)) {
    std::ranges::sort(view.leases, {}, &Lease::incarnation);
    std::ranges::sort(view.successions, [](const Succession& a, const Succession& b) {
      return a.time != b.time ? a.time > b.time : a.ended < b.ended;
    });
    for (const Succession& succession : view.successions) ended.insert(succession.ended);
  }
};

Seconds since_renewal(const Lease& lease, TimePoint now) {
  return std::max(now - lease.renewed, Seconds{0});
}

/// By this host's clock and the manager's own: for people, the managers themselves compare no clocks.
std::string_view state_of(const Lease& lease, const Managers& managers, TimePoint now) {
  if (managers.ended.contains(lease.incarnation)) return "ended";
  if (lease.state == LeaseState::left) return "left";
  return since_renewal(lease, now) > lease.duration ? "silent" : "active";
}

int machines_of(const Lease& lease) {
  int machines = 0;
  for (const auto& [space, count] : lease.machines) machines += count;
  return machines;
}

std::string heirs_of(const Succession& succession) {
  std::vector<std::string> names;
  for (const IncarnationId& heir : succession.heirs) names.push_back(heir.text());
  return join(names, " ");
}

boost::json::object json_of(const Lease& lease, const Managers& managers, TimePoint now) {
  boost::json::object spaces;
  for (const auto& [space, count] : lease.machines) spaces[space.text()] = count;
  return {{"incarnation", lease.incarnation.text()},
          {"manager", manager_of(lease.incarnation).text()},
          {"state", state_of(lease, managers, now)},
          {"host", lease.host},
          {"pid", lease.process},
          {"version", lease.version},
          {"protocol", lease.protocol},
          {"protocol_min", lease.protocol_min},
          {"started", format_iso8601(lease.started)},
          {"renewed", format_iso8601(lease.renewed)},
          {"renewed_seconds_ago", since_renewal(lease, now).count()},
          {"lease_ms", lease.duration.count()},
          {"spaces", std::move(spaces)}};
}

boost::json::object json_of(const Succession& succession) {
  boost::json::array heirs;
  for (const IncarnationId& heir : succession.heirs) heirs.emplace_back(heir.text());
  return {{"ended", succession.ended.text()},
          {"time", format_iso8601(succession.time)},
          {"by", succession.by.text()},
          {"heirs", std::move(heirs)},
          {"reason", succession.reason}};
}

void print_json(const Managers& managers, TimePoint now, std::ostream& out) {
  boost::json::array members;
  boost::json::array takeovers;
  boost::json::array unreadable;
  for (const Lease& lease : managers.view.leases) members.push_back(json_of(lease, managers, now));
  for (const Succession& succession : managers.view.successions) takeovers.push_back(json_of(succession));
  for (const std::string& file : managers.view.unreadable) unreadable.emplace_back(file);
  const boost::json::object document{{"managers", std::move(members)},
                                     {"takeovers", std::move(takeovers)},
                                     {"unreadable", std::move(unreadable)}};
  out << boost::json::serialize(document) << "\n";
}

std::vector<std::string> row_of(const Lease& lease, const Managers& managers, TimePoint now) {
  return {lease.incarnation.text(),
          std::string(state_of(lease, managers, now)),
          fmt::format("{}", machines_of(lease)),
          format_duration(since_renewal(lease, now)) + " ago",
          fmt::format("{} s", static_cast<double>(lease.duration.count()) / 1000),
          lease.host,
          lease.version};
}

void print_members(const Managers& managers, TimePoint now, std::ostream& out) {
  std::vector<std::vector<std::string>> rows;
  for (const Lease& lease : managers.view.leases) rows.push_back(row_of(lease, managers, now));
  out << text_table({{"MANAGER"},
                     {"STATE"},
                     {"MACHINES", Align::right},
                     {"RENEWED"},
                     {"LEASE", Align::right},
                     {"HOST"},
                     {"VERSION"}},
                    rows);
}

void print_machines(const Managers& managers, std::ostream& out) {
  std::vector<std::vector<std::string>> rows;
  for (const Lease& lease : managers.view.leases) {
    if (managers.ended.contains(lease.incarnation)) continue;
    for (const auto& [space, count] : lease.machines)
      rows.push_back({space.text(), lease.incarnation.text(), fmt::format("{}", count)});
  }
  if (rows.empty()) return;
  std::ranges::sort(rows);
  out << "\n" << text_table({{"SPACE"}, {"MANAGER"}, {"MACHINES", Align::right}}, rows);
}

void print_takeovers(const Managers& managers, TimePoint now, std::ostream& out) {
  std::vector<std::vector<std::string>> rows;
  for (const Succession& succession : managers.view.successions) {
    if (rows.size() >= kTakeoversShown) break;
    rows.push_back({succession.ended.text(),
                    format_duration(std::max(now - succession.time, Seconds{0})) + " ago",
                    succession.by.text(), heirs_of(succession), succession.reason});
  }
  if (rows.empty()) return;
  out << "\n" << text_table({{"ENDED"}, {"WHEN"}, {"BY"}, {"HEIRS"}, {"REASON"}}, rows);
}

}  // namespace

int report_managers(RegisterView view, TimePoint now, Format format, std::ostream& out) {
  const Managers managers(std::move(view));
  if (format == Format::json) {
    print_json(managers, now, out);
  } else {
    print_members(managers, now, out);
    print_machines(managers, out);
    print_takeovers(managers, now, out);
    for (const std::string& file : managers.view.unreadable) out << "unreadable: " << file << "\n";
  }
  return managers.view.unreadable.empty() ? 0 : 1;
}

int run_managers(const DiskPlaces& places, Format format, std::ostream& out, std::ostream& errors) {
  boost::asio::io_context loop;
  DiskWorker worker;
  ManagerDirectory managers(places.state_directory, worker);
  auto view = run_to_end(loop, managers.read());
  if (!view) {
    errors << fmt::format("vcycle: {}\n", view.error().message);
    return 1;
  }
  const bool is_nobody = view->leases.empty() && view->successions.empty() && view->unreadable.empty();
  if (is_nobody) {
    errors << fmt::format("vcycle: no manager is known below {}/shared; does vcycled run?\n",
                          places.state_directory);
  }
  const int status = report_managers(std::move(*view), time_now(), format, out);
  return is_nobody ? 1 : status;
}

}  // namespace vacuum
