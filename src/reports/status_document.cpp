#include "reports/status_document.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include "reports/json_members.hpp"

namespace vacuum {
namespace {

/// Raised when the meaning of a member changes; new members do not raise it.
constexpr int kFormat = 1;

// --- writing
// -------------------------------------------------------------------------------------------------------

template <class Number>
json::value or_null(const std::optional<Number>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

json::array strings(const std::vector<std::string>& texts) {
  return json::array(texts.begin(), texts.end());
}

json::value abort_json(const std::optional<LastAbort>& abort) {
  if (!abort) return nullptr;
  return json::object{
      {"time", to_unix(abort->time)}, {"machine", abort->machine.text()}, {"message", abort->message}};
}

json::value ramp_json(const std::optional<Ramp>& ramp) {
  if (!ramp) return nullptr;
  return json::object{
      {"step_millionths", ramp->step_millionths},
      {"since", to_unix(ramp->since)},
      {"set_back", ramp->set_back ? json::value(to_unix(*ramp->set_back)) : json::value(nullptr)},
      {"why", ramp->why}};
}

json::object machinetype_json(const MachinetypeStatus& status) {
  const MachinetypePlan& plan = status.plan;
  json::object states;
  for (int i = 0; i < kMachineStateCount; ++i) {
    states[to_string(static_cast<MachineState>(i))] = plan.machines_by_state[static_cast<std::size_t>(i)];
  }
  return {{"name", plan.name.text()},
          {"target_share", plan.target_share},
          {"machines", std::move(states)},
          {"processors", plan.processors},
          {"weighted_count", plan.weighted_count},
          {"created_now", plan.created},
          {"told_to_end", plan.told_to_end},
          {"wait", to_string(plan.wait)},
          {"wait_until", plan.wait_until ? json::value(to_unix(*plan.wait_until)) : json::value(nullptr)},
          {"last_abort", abort_json(plan.last_abort)},
          {"why", plan.why},
          {"created", status.created},
          {"finished_success", status.finished_success},
          {"finished_abort", status.finished_abort},
          {"finished_no_verdict", status.finished_no_verdict}};
}

json::array orders_json(const Orders& orders) {
  json::array list;
  for (const auto& [key, order] : orders) {
    list.push_back({{"kind", to_string(key.kind)},
                    {"subject", key.subject},
                    {"since", to_unix(order.since)},
                    {"by", order.by},
                    {"reason", order.reason}});
  }
  return list;
}

json::array faults_json(const std::vector<StatusFault>& faults) {
  json::array list;
  for (const auto& fault : faults) {
    list.push_back(json::object{
        {"source", fault.source}, {"sentence", fault.sentence}, {"since", to_unix(fault.since)}});
  }
  return list;
}

json::object quota_json(const Quota& quota) {
  return {{"processors_limit", or_null(quota.processors_limit)},
          {"memory_mb_limit", or_null(quota.memory_mb_limit)},
          {"machines_limit", or_null(quota.machines_limit)},
          {"processors_used", quota.processors_used},
          {"memory_mb_used", quota.memory_mb_used},
          {"machines_used", quota.machines_used}};
}

// --- reading
// -------------------------------------------------------------------------------------------------------

void read_wait(const Members& members, MachinetypePlan& plan) {
  std::string wait;
  members.read("wait", wait);
  for (int i = 0; i <= static_cast<int>(WaitReason::not_ready); ++i) {
    if (to_string(static_cast<WaitReason>(i)) == wait) plan.wait = static_cast<WaitReason>(i);
  }
  members.read("wait_until", plan.wait_until);
}

void read_abort(const json::object& object, MachinetypePlan& plan, std::string& error) {
  const Members members(object, error);
  plan.last_abort.emplace();
  members.read("time", plan.last_abort->time);
  members.read("message", plan.last_abort->message);
  std::string machine;
  members.read("machine", machine);
  plan.last_abort->machine = MachineName{machine};
}

MachinetypeStatus read_machinetype(const json::object& object, std::string& error) {
  const Members members(object, error);
  MachinetypeStatus status;
  std::string name;
  members.read("name", name);
  status.plan.name = MachinetypeName{name};
  members.read("target_share", status.plan.target_share);
  members.read("processors", status.plan.processors);
  members.read("weighted_count", status.plan.weighted_count);
  members.read("created_now", status.plan.created);
  members.read("told_to_end", status.plan.told_to_end);
  members.read("why", status.plan.why);
  read_wait(members, status.plan);
  if (const auto* abort = members.object("last_abort")) read_abort(*abort, status.plan, error);
  if (const auto* states = members.object("machines")) {
    const Members counts(*states, error);
    for (std::size_t i = 0; i < kMachineStateCount; ++i) {
      counts.read(to_string(static_cast<MachineState>(i)), status.plan.machines_by_state[i]);
    }
  }
  members.read("created", status.created);
  members.read("finished_success", status.finished_success);
  members.read("finished_abort", status.finished_abort);
  members.read("finished_no_verdict", status.finished_no_verdict);
  return status;
}

void read_ramp(const json::object& object, std::optional<Ramp>& ramp, std::string& error) {
  const Members members(object, error);
  ramp.emplace();
  members.read("step_millionths", ramp->step_millionths);
  members.read("since", ramp->since);
  members.read("set_back", ramp->set_back);
  members.read("why", ramp->why);
}

void read_quota(const json::object& object, Quota& quota, std::string& error) {
  const Members members(object, error);
  members.read("processors_limit", quota.processors_limit);
  members.read("memory_mb_limit", quota.memory_mb_limit);
  members.read("machines_limit", quota.machines_limit);
  members.read("processors_used", quota.processors_used);
  members.read("memory_mb_used", quota.memory_mb_used);
  members.read("machines_used", quota.machines_used);
}

/// An order of a kind that a later version has is left out.
void read_order(const json::object& object, Orders& orders, std::string& error) {
  const Members members(object, error);
  std::string kind_name;
  OrderKey key;
  Order order;
  members.read("kind", kind_name);
  members.read("subject", key.subject);
  members.read("since", order.since);
  members.read("by", order.by);
  members.read("reason", order.reason);
  const auto kind = parse_order_kind(kind_name);
  if (!kind) return;
  key.kind = *kind;
  orders.insert_or_assign(std::move(key), std::move(order));
}

StatusFault read_fault(const json::object& object, std::string& error) {
  const Members members(object, error);
  StatusFault fault;
  members.read("source", fault.source);
  members.read("sentence", fault.sentence);
  members.read("since", fault.since);
  return fault;
}

void read_space(const Members& members, StatusDocument& status) {
  members.read("space", status.space);
  members.read("manager", status.manager);
  members.read("version", status.version);
  members.read("cycle_began", status.cycle_began);
  members.read("cycle_took_ms", status.cycle_took);
  members.read("next_cycle_after_ms", status.next_cycle_after);
  members.read("error", status.error);
  members.read("problems", status.problems);
  members.read("notes", status.notes);
  members.read("planned", status.planned);
  members.read("processors_in_space", status.processors_in_space);
  members.read("processors_limit", status.processors_limit);
  members.read("foreign_machines", status.foreign_machines);
  members.read("foreign_processors", status.foreign_processors);
  members.read("orphans", status.orphans);
  members.read("held_deletions", status.held_deletions);
  members.read("held_because", status.held_because);
}

}  // namespace

std::string write_status(const StatusDocument& status) {
  json::array machinetypes;
  for (const auto& machinetype : status.machinetypes) machinetypes.push_back(machinetype_json(machinetype));
  const json::object document{{"format", kFormat},
                              {"space", status.space},
                              {"manager", status.manager},
                              {"version", status.version},
                              {"cycle_began", to_unix(status.cycle_began)},
                              {"cycle_took_ms", status.cycle_took.count()},
                              {"next_cycle_after_ms", status.next_cycle_after.count()},
                              {"error", status.error},
                              {"problems", strings(status.problems)},
                              {"notes", strings(status.notes)},
                              {"faults", faults_json(status.faults)},
                              {"orders", orders_json(status.orders)},
                              {"planned", status.planned},
                              {"processors_in_space", status.processors_in_space},
                              {"processors_limit", or_null(status.processors_limit)},
                              {"quota", quota_json(status.quota)},
                              {"foreign_machines", status.foreign_machines},
                              {"foreign_processors", status.foreign_processors},
                              {"orphans", status.orphans},
                              {"held_deletions", status.held_deletions},
                              {"held_because", status.held_because},
                              {"ramp", ramp_json(status.ramp)},
                              {"totals", totals_json(status.totals)},
                              {"machinetypes", std::move(machinetypes)}};
  return json::serialize(document) + "\n";
}

Result<StatusDocument, std::string> read_status(std::string_view text) {
  boost::system::error_code parse_error;
  const json::value root = json::parse(json::string_view(text.data(), text.size()), parse_error);
  if (parse_error) return Failure{fmt::format("not JSON: {}", parse_error.message())};
  if (!root.is_object()) return Failure{std::string("not a JSON object")};
  std::string error;
  const Members members(root.get_object(), error);
  int format = 0;
  members.read("format", format);
  if (format != kFormat) return Failure{fmt::format("format {} is not known to this version", format)};
  StatusDocument status;
  read_space(members, status);
  if (const auto* quota = members.object("quota")) read_quota(*quota, status.quota, error);
  if (const auto* ramp = members.object("ramp")) read_ramp(*ramp, status.ramp, error);
  for (const json::value& order : members.array("orders")) {
    if (!order.is_object()) return Failure{std::string("'orders' holds something that is no object")};
    read_order(order.get_object(), status.orders, error);
  }
  if (const auto* totals = members.object("totals")) status.totals = read_totals(*totals, error);
  for (const json::value& fault : members.array("faults")) {
    if (!fault.is_object()) return Failure{std::string("'faults' holds something that is no object")};
    status.faults.push_back(read_fault(fault.get_object(), error));
  }
  for (const json::value& machinetype : members.array("machinetypes")) {
    if (!machinetype.is_object())
      return Failure{std::string("'machinetypes' holds something that is no object")};
    status.machinetypes.push_back(read_machinetype(machinetype.get_object(), error));
  }
  if (!error.empty()) return Failure{std::move(error)};
  return status;
}

}  // namespace vacuum
