// /cloudbox: watching a simulated site, and making things go wrong in it.
#include <algorithm>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "sim/cloud_service.hpp"
#include "sim/fault_reader.hpp"
#include "sim/openstack_api/server_json.hpp"

namespace vacuum::sim {
namespace {

namespace json = boost::json;

constexpr int kBulkLimit = 200'000;

constexpr std::string_view kWelcome =
    R"({"service": "cloudbox", "simulated": true, "note": "A simulated cloud. No real VM runs here.", )"
    R"("apis": {"identity": "/identity/v3", "compute": "/compute/v2.1", "image": "/image", "network": "/network"}, )"
    R"("admin": ["GET /cloudbox/state", "GET /cloudbox/servers", "GET /cloudbox/guests/NAME", "GET /cloudbox/guests/NAME/user_data", )"
    R"("GET /cloudbox/faults", "POST /cloudbox/faults", )"
    R"("POST /cloudbox/servers", "POST /cloudbox/vanish", "POST /cloudbox/quota", "POST /cloudbox/advance"]})";

ServedResponse refusal(std::string_view what) {
  std::string body = R"({"error": )";
  append_json_string(body, what);
  return json_response(400, body + "}");
}

/// Reads the body with `read`; the answer is what `done` makes, or the mistake that was found.
template <class Read, class Done>
ServedResponse with_body(const ServedRequest& request, Read read, Done done) {
  boost::system::error_code error;
  const json::value body = json::parse(request.body, error);
  if (error) return refusal("the body is not JSON: " + error.message());
  try {
    read(JsonReader(body, "body"));
  } catch (const JsonMistake& mistake) {
    return refusal(mistake.what());
  }
  return done();
}

ServedResponse answer_with(const json::value& value) {
  return json_response(200, json::serialize(value));
}

std::string_view state_name(const CloudServer& server) {
  if (server.deleting) return "deleting";
  switch (server.status) {
    case ServerStatus::scheduling:
    case ServerStatus::building:
      return "building";
    case ServerStatus::active:
      return "active";
    case ServerStatus::stopped:
      return "stopped";
    default:
      return "failed";
  }
}

std::string machinetype_of(const CloudServer& server) {
  const std::string* name = server.metadata_value("machinetype");
  return name ? *name : "";
}

json::object empty_counts() {
  json::object counts;
  for (const char* state : {"building", "active", "stopped", "failed", "deleting", "processors"})
    counts[state] = 0;
  return counts;
}

void count(json::object& counts, const CloudServer& server, const CloudModel& model) {
  json::value& state = counts[state_name(server)];
  state = state.as_int64() + 1;
  json::value& processors = counts["processors"];
  processors = processors.as_int64() + model.flavors()[server.flavor].processors;
}

/// One name of a pattern: {n} is the number, {random} ten random characters.
std::string name_of(const std::string& pattern, int number, RandomStream& random) {
  std::string name = pattern;
  if (const auto at = name.find("{n}"); at != std::string::npos) name.replace(at, 3, fmt::to_string(number));
  if (const auto at = name.find("{random}"); at != std::string::npos)
    name.replace(at, 8, random.letters_and_digits(10));
  return name;
}

struct BulkOrder {
  int count = 1;
  std::string name = "cloudbox-{n}";
  std::string flavor;
  std::string project;
  double age_seconds = 0;
  CreateOrder order;
};

void read_bulk(const JsonReader& reader, BulkOrder& bulk) {
  reader.read_object({
      {"count", [&](const JsonReader& value) { bulk.count = value.integer(1, kBulkLimit); }},
      {"name", [&](const JsonReader& value) { bulk.name = value.text(); }},
      {"flavor", [&](const JsonReader& value) { bulk.flavor = value.name(); }},
      {"project", [&](const JsonReader& value) { bulk.project = value.name(); }},
      {"age_seconds", [&](const JsonReader& value) { bulk.age_seconds = value.number(0, 1e8); }},
      {"guest", [&](const JsonReader& value) { bulk.order.has_guest = value.truth(); }},
      {"metadata",
       [&](const JsonReader& value) {
         value.each_member([&](const std::string& key, const JsonReader& text) {
           bulk.order.metadata.emplace_back(key, text.text());
         });
       }},
  });
}

/// Finds the flavor and the project of a bulk order: the first of each unless named. Tells what is not there.
std::optional<std::string> resolve(BulkOrder& bulk, const CloudModel& model) {
  if (!bulk.flavor.empty()) {
    const auto found = std::ranges::find(model.flavors(), FlavorName(bulk.flavor), &Flavor::name);
    if (found == model.flavors().end()) return "no flavor " + bulk.flavor;
    bulk.order.flavor = static_cast<std::size_t>(found - model.flavors().begin());
  }
  if (!bulk.project.empty()) {
    const auto found = std::ranges::find(model.projects(), bulk.project, &CloudProject::name);
    if (found == model.projects().end()) return "no project " + bulk.project;
    bulk.order.project = static_cast<std::size_t>(found - model.projects().begin());
  }
  bulk.order.image_id = model.images().front().id;
  return std::nullopt;
}

json::array tell_request_faults(const RequestFaultSettings& settings) {
  constexpr std::string_view kKinds[] = {"error",     "lost_answer",     "dropped",
                                         "truncated", "partial_listing", "hanging"};
  json::array list;
  for (const RequestFault& fault : settings.faults) {
    json::object one{{"kind", kKinds[static_cast<std::size_t>(fault.kind)]},
                     {"method", fault.method},
                     {"path", fault.path},
                     {"rate", fault.rate},
                     {"status", fault.status},
                     {"retry_after_seconds", fault.retry_after_seconds}};
    if (fault.next) one["next"] = *fault.next;
    list.push_back(std::move(one));
  }
  return list;
}

json::object tell_traffic(const GuestTraffic& traffic) {
  return {{"features_read", traffic.features_read},
          {"features_failed", traffic.features_failed},
          {"files_sent", traffic.files_sent},
          {"files_failed", traffic.files_failed},
          {"repeats", traffic.repeats},
          {"last_failure", traffic.last_failure}};
}

json::object tell_faults(const LifeFaults& life, const RequestFaultSettings& requests) {
  return {
      {"latency_ms", {requests.latency.from * 1000, requests.latency.to * 1000}},
      {"requests", tell_request_faults(requests)},
      {"stuck_builds", {{"rate", life.stuck_build_rate}, {"next", life.stuck_builds_next}}},
      {"failed_builds", {{"rate", life.failed_build_rate}, {"next", life.failed_builds_next}}},
      {"stuck_deletes", {{"rate", life.stuck_delete_rate}, {"next", life.stuck_deletes_next}}},
      {"vanish",
       {{"rate", life.vanish_rate}, {"after_seconds", {life.vanish_after.from, life.vanish_after.to}}}},
  };
}

}  // namespace

ServedResponse CloudService::administer(const ServedRequest& request, const RequestTarget& target,
                                        Moment now) {
  model_.advance(now);
  const auto is = [&](std::string_view method, std::string_view path) {
    return request.method == method && target.path == path;
  };
  if (is("GET", "/") || is("GET", "/cloudbox")) return json_response(200, std::string(kWelcome));
  if (is("GET", "/cloudbox/state")) return tell_state(now);
  if (is("GET", "/cloudbox/servers")) return tell_servers();
  constexpr std::string_view kGuests = "/cloudbox/guests/", kUserData = "/user_data";
  if (std::string_view name = target.path; request.method == "GET" && name.starts_with(kGuests)) {
    name.remove_prefix(kGuests.size());
    const bool only_user_data = name.ends_with(kUserData);
    if (only_user_data) name.remove_suffix(kUserData.size());
    return tell_guest(name, only_user_data);
  }
  if (is("POST", "/cloudbox/servers")) return add_servers(request, now);
  if (is("GET", "/cloudbox/faults")) return answer_with(tell_faults(model_.faults(), faults_.settings()));
  if (is("POST", "/cloudbox/faults")) return set_faults(request);
  if (is("POST", "/cloudbox/vanish")) return vanish_servers(request, now);
  if (is("POST", "/cloudbox/quota")) return set_quota(request);
  if (is("POST", "/cloudbox/advance")) return skip_time(request, now);
  return json_response(404, R"({"error": "cloudbox has no such page; GET / lists them"})");
}

ServedResponse CloudService::tell_state(Moment now) const {
  const CloudCounters& counters = model_.counters();
  json::object servers = empty_counts(), machinetypes;
  for (const CloudServer* server : model_.all()) {
    const std::string machinetype = machinetype_of(*server);
    if (!machinetypes.contains(machinetype)) machinetypes[machinetype] = empty_counts();
    count(machinetypes[machinetype].as_object(), *server, model_);
    count(servers, *server, model_);
  }
  for (const auto& [name, created] : counters.created_by_machinetype) {
    if (!machinetypes.contains(name)) machinetypes[name] = empty_counts();
    machinetypes[name].as_object()["created"] = created;
  }
  for (const auto& [name, by_code] : workload_.outcomes()) {
    json::object& outcomes = machinetypes[name].as_object()["outcomes"].emplace_object();
    for (const auto& [code, number] : by_code) outcomes[code == 0 ? "crash" : fmt::to_string(code)] = number;
  }
  json::array doubled;
  for (const std::string& name : counters.doubled_names) doubled.emplace_back(name);
  std::string time;
  append_iso8601(time, in_seconds(now));
  return answer_with({{"simulated", true},
                      {"seed", seed_},
                      {"now", time + "Z"},
                      {"age_seconds", std::chrono::duration<double>(now - start_).count()},
                      {"requests", requests_},
                      {"requests_gone_wrong", faults_.struck()},
                      {"created", counters.created},
                      {"refused", counters.refused},
                      {"deletes_asked", counters.deletes_asked},
                      {"vanished", counters.vanished},
                      {"processors_in_use", counters.processors_in_use},
                      {"most_processors_in_use", counters.most_processors_in_use},
                      {"doubled_names", std::move(doubled)},
                      {"guest_service", tell_traffic(guest_service_.traffic())},
                      {"total", model_.size()},
                      {"servers", std::move(servers)},
                      {"machinetypes", std::move(machinetypes)}});
}

ServedResponse CloudService::tell_servers() const {
  std::string body = R"({"simulated": true, "servers": [)";
  for (const CloudServer* server : model_.all()) {
    if (body.back() != '[') body += ", ";
    body += fmt::format(R"({{"id": "{}", "state": "{}", "name": )", server->id, state_name(*server));
    append_json_string(body, server->name);
    body += R"(, "machinetype": )";
    append_json_string(body, machinetype_of(*server));
    body += '}';
  }
  return json_response(200, body + "]}");
}

ServedResponse CloudService::set_faults(const ServedRequest& request) {
  FaultSettings settings{model_.faults(), faults_.settings()};
  return with_body(
      request, [&](const JsonReader& body) { read_faults(body, settings); },
      [&] {
        model_.set_faults(settings.life);
        faults_.set(settings.requests);
        if (settings.revoke_tokens) api_.identity().revoke_all();
        return answer_with(tell_faults(settings.life, settings.requests));
      });
}

ServedResponse CloudService::add_servers(const ServedRequest& request, Moment now) {
  BulkOrder bulk;
  bulk.order.has_guest = false;
  return with_body(
      request, [&](const JsonReader& body) { read_bulk(body, bulk); },
      [&] {
        if (const auto missing = resolve(bulk, model_)) return refusal(*missing);
        if (!api_.identity().users().empty()) bulk.order.user_id = api_.identity().users().front().id;
        const Moment created = now - Milliseconds{static_cast<std::int64_t>(bulk.age_seconds * 1000)};
        json::array servers;
        for (int i = 1; i <= bulk.count; ++i) {
          bulk.order.name = name_of(bulk.name, i, names_);
          const CloudServer* server = model_.create_running(bulk.order, created, now);
          servers.push_back({{"id", server->id}, {"name", server->name}});
        }
        return answer_with({{"created", bulk.count}, {"servers", std::move(servers)}});
      });
}

ServedResponse CloudService::vanish_servers(const ServedRequest& request, Moment now) {
  std::string pattern_text;
  int most = kBulkLimit;
  return with_body(
      request,
      [&](const JsonReader& body) {
        body.read_object({{"name", [&](const JsonReader& value) { pattern_text = value.text(); }},
                          {"count", [&](const JsonReader& value) { most = value.integer(0, kBulkLimit); }}});
      },
      [&] {
        const auto pattern = NamePattern::parse(pattern_text);
        if (!pattern) return refusal("body.name: no such pattern; literals, escapes, . * + and anchors only");
        std::vector<std::string> ids;
        for (const CloudServer* server : model_.all())
          if (static_cast<int>(ids.size()) < most && pattern->matches(server->name))
            ids.push_back(server->id);
        for (const std::string& id : ids) model_.vanish(id, now);
        return answer_with({{"vanished", ids.size()}});
      });
}

ServedResponse CloudService::set_quota(const ServedRequest& request) {
  std::string name = model_.projects().front().name;
  std::optional<int> cores, instances, ram;
  return with_body(
      request,
      [&](const JsonReader& body) {
        body.read_object(
            {{"project", [&](const JsonReader& value) { name = value.name(); }},
             {"cores", [&](const JsonReader& value) { cores = value.integer(-1, 1'000'000'000); }},
             {"instances", [&](const JsonReader& value) { instances = value.integer(-1, 1'000'000'000); }},
             {"ram_mb", [&](const JsonReader& value) { ram = value.integer(-1, 1'000'000'000); }}});
      },
      [&] {
        const auto found = std::ranges::find(model_.projects(), name, &CloudProject::name);
        if (found == model_.projects().end()) return refusal("no project " + name);
        ProjectQuota& quota = found->quota;
        quota.processors = cores.value_or(quota.processors);
        quota.machines = instances.value_or(quota.machines);
        quota.memory_mb = ram.value_or(quota.memory_mb);
        return answer_with({{"project", name},
                            {"cores", quota.processors},
                            {"instances", quota.machines},
                            {"ram_mb", quota.memory_mb}});
      });
}

ServedResponse CloudService::skip_time(const ServedRequest& request, Moment now) {
  double seconds = 0;
  return with_body(
      request,
      [&](const JsonReader& body) {
        body.read_object({{"seconds", [&](const JsonReader& value) { seconds = value.number(0, 1e7); }}});
      },
      [&] {
        const Milliseconds more{static_cast<std::int64_t>(seconds * 1000)};
        skipped_ += more;
        model_.advance(now + more);
        return answer_with({{"skipped_seconds", std::chrono::duration<double>(skipped_).count()}});
      });
}

}  // namespace vacuum::sim
