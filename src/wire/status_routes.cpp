#include "wire/status_routes.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "reports/metrics.hpp"
#include "wire/answers.hpp"
#include "wire/status_json.hpp"
#include "wire/target.hpp"

namespace vacuum::wire {
namespace {

namespace json = boost::json;
using Parts = std::vector<std::string>;

constexpr std::int64_t kPageDefault = 1000;
constexpr std::int64_t kPageMost = 10'000;

ServedResponse json_error(int status, std::string_view sentence) {
  ServedResponse answer = json_answer(json::serialize(json::object{{"error", std::string(sentence)}}) + "\n");
  answer.status = status;
  return answer;
}

ServedResponse document(const json::value& value) {
  return json_answer(json::serialize(value) + "\n");
}

/// The space's status; or the answer that says why there is none.
Result<StatusDocument, ServedResponse> status_of(const SpaceName& space, const StatusView& view) {
  const auto text = view.source.status(space);
  if (!text) return Failure{json_error(503, text.error())};
  if (!*text) return Failure{json_error(404, fmt::format("no status of space {}", space))};
  auto status = read_status(**text);
  if (!status)
    return Failure{json_error(503, fmt::format("the status of space {}: {}", space, status.error()))};
  return std::move(*status);
}

ServedResponse list_spaces(const StatusView& view, TimePoint now) {
  json::array spaces;
  json::array unreadable;
  for (const SpaceName& space : view.source.spaces()) {
    const auto status = status_of(space, view);
    if (status) {
      spaces.push_back(space_summary(*status, is_overdue(*status, now)));
    } else {
      unreadable.emplace_back(space.text());
    }
  }
  return document(json::object{{"spaces", std::move(spaces)}, {"without_status", std::move(unreadable)}});
}

ServedResponse list_managers(const StatusView& view) {
  std::map<std::string, std::set<std::string>> spaces_of;
  std::map<std::string, std::string> versions;
  for (const SpaceName& space : view.source.spaces()) {
    const auto status = status_of(space, view);
    if (!status) continue;
    spaces_of[status->manager].insert(space.text());
    versions[status->manager] = status->version;
  }
  json::array managers;
  for (const auto& [name, spaces] : spaces_of) {
    managers.push_back(json::object{
        {"name", name}, {"version", versions[name]}, {"spaces", json::array(spaces.begin(), spaces.end())}});
  }
  return document(json::object{{"managers", std::move(managers)}});
}

/// The status document as it is, and its machinetypes.
ServedResponse show_status(const SpaceName& space, const Parts& parts, const StatusView& view) {
  const auto status = status_of(space, view);
  if (!status) return status.error();
  json::value whole = json::parse(write_status(*status));
  if (parts.size() == 4) return document(whole);
  json::array& machinetypes = whole.as_object()["machinetypes"].as_array();
  if (parts.size() == 5) return document(json::object{{"machinetypes", std::move(machinetypes)}});
  for (const json::value& machinetype : machinetypes)
    if (machinetype.at("name").as_string() == parts[5]) return document(machinetype);
  return json_error(404, "no such machinetype in the last cycle");
}

ServedResponse list_machines(const SpaceName& space, const std::string& query, const StatusView& view) {
  const std::string limit_text = query_value(query, "limit");
  const std::int64_t limit = limit_text.empty() ? kPageDefault : parse_integer(limit_text).value_or(0);
  if (limit < 1 || limit > kPageMost) return json_error(400, fmt::format("limit is 1 to {}", kPageMost));
  const auto known = view.source.spaces();
  if (!std::ranges::binary_search(known, space)) return json_error(404, "no such space");
  auto names = view.source.machines(space);
  if (!names) return json_error(503, names.error());
  const auto first = std::ranges::upper_bound(*names, MachineName{query_value(query, "after")});
  const auto left = names->end() - first;
  const std::vector<MachineName> page(first, first + std::min<std::ptrdiff_t>(left, limit));
  const auto records = view.source.records(space, page);
  if (!records) return json_error(503, records.error());
  json::array machines;
  for (const MachineRecord& record : *records) machines.push_back(machine_json(space, record));
  const bool is_last = left <= static_cast<std::ptrdiff_t>(limit);
  return document(json::object{{"machines", std::move(machines)},
                               {"next", is_last ? json::value(nullptr) : json::value(page.back().text())}});
}

ServedResponse show_machine(const SpaceName& space, const std::string& name, const StatusView& view) {
  if (!is_machine_name(name)) return json_error(404, "no such machine");
  const auto names = view.source.machines(space);
  if (!names) return json_error(503, names.error());
  const MachineName machine{name};
  if (!std::ranges::binary_search(*names, machine)) return json_error(404, "no such machine in current/");
  const auto records = view.source.records(space, {machine});
  if (!records) return json_error(503, records.error());
  if (records->empty()) return json_error(404, "no such machine in current/");
  return document(machine_json(space, records->front()));
}

ServedResponse serve_api(const Parts& parts, const std::string& query, const StatusView& view,
                         TimePoint now) {
  if (parts.size() == 3 && parts[2] == "managers") return list_managers(view);
  if (parts.size() >= 3 && parts[2] == "spaces") {
    if (parts.size() == 3) return list_spaces(view, now);
    if (!is_space_name(parts[3])) return json_error(404, "no such space");
    const SpaceName space{parts[3]};
    const bool of_machinetypes = parts.size() >= 5 && parts[4] == "machinetypes";
    if (parts.size() == 4 || (of_machinetypes && parts.size() <= 6)) return show_status(space, parts, view);
    if (parts.size() == 5 && parts[4] == "machines") return list_machines(space, query, view);
    if (parts.size() == 6 && parts[4] == "machines") return show_machine(space, parts[5], view);
  }
  return json_error(404, "no such path; see api/openapi.yaml");
}

ServedResponse tell_health(const StatusView& view, TimePoint now) {
  std::vector<std::string> troubles = view.troubles ? view.troubles() : std::vector<std::string>();
  for (const SpaceName& space : view.has_cycles ? view.source.spaces() : std::vector<SpaceName>()) {
    const auto status = status_of(space, view);
    if (status && is_overdue(*status, now))
      troubles.push_back(fmt::format("space {}: its next cycle is overdue", space));
  }
  if (troubles.empty()) return text_answer("ok\n");
  ServedResponse answer = text_answer(join(troubles, "\n") + "\n");
  answer.status = 503;
  return answer;
}

/// Those of the spaces, as of their last cycles, and those of this process.
ServedResponse tell_metrics(const StatusView& view) {
  std::vector<StatusDocument> spaces;
  std::vector<std::string> unreadable;
  for (const SpaceName& space : view.has_cycles ? view.source.spaces() : std::vector<SpaceName>()) {
    auto status = status_of(space, view);
    if (status) {
      spaces.push_back(std::move(*status));
    } else if (status.error().status != 404) {  // else no cycle has ended yet
      unreadable.push_back(space.text());
    }
  }
  ServedResponse answer = text_answer(metrics_text(spaces, unreadable));
  if (view.metrics_text) answer.body += view.metrics_text();
  answer.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}};
  return answer;
}

}  // namespace

ServedResponse serve_status(const ServedRequest& request, const StatusView& view, TimePoint now) {
  if (request.method != "GET" && request.method != "HEAD") return only("GET, HEAD");
  const auto target = parse_target(request.target);
  if (!target) return words(400, target.error());
  const Parts& parts = target->parts;
  if (parts.size() == 1 && parts[0] == "healthz") return tell_health(view, now);
  if (parts.size() == 1 && parts[0] == "metrics") return tell_metrics(view);
  if (parts.size() >= 3 && parts[0] == "api" && parts[1] == "v1")
    return serve_api(parts, target->query, view, now);
  return nothing_there();
}

}  // namespace vacuum::wire
