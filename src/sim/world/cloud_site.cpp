#include "sim/world/cloud_site.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace vacuum::sim {
namespace {

std::string metadata(const CloudServer& server, std::string_view key) {
  const std::string* value = server.metadata_value(key);
  return value == nullptr ? std::string() : *value;
}

Fault over_quota(const std::vector<QuotaExcess>& excess) {
  std::string text = "Quota exceeded for";
  for (const QuotaExcess& over : excess) {
    text += fmt::format(" {}: requested {}, used {} of {};", over.resource, over.requested, over.used,
                        over.limit);
  }
  return {FaultKind::quota, text};
}

std::optional<int> limit_of(int quota) {
  return quota < 0 ? std::nullopt : std::optional(quota);
}

}  // namespace

MachineState state_of(const CloudServer& server) {
  if (server.deleting) return MachineState::deleting;
  switch (server.status) {
    case ServerStatus::scheduling:
    case ServerStatus::building:
      return MachineState::starting;
    case ServerStatus::active:
      return MachineState::running;
    case ServerStatus::stopped:
      return MachineState::shutdown;
    case ServerStatus::failed:
      return MachineState::failed;
    case ServerStatus::gone:
      return MachineState::deleting;
  }
  return MachineState::unknown;
}

CloudSite::Fate CloudSite::draw_fate(Request request) {
  Fate fate;
  // No answer comes in the moment of its question.
  const Milliseconds latency = std::max(draw(troubles_.latency, draws_), Milliseconds{2});
  fate.going = latency / 2;
  fate.coming = latency - fate.going;
  if (happens(troubles_.slow, draws_)) fate.coming += draw(troubles_.slow_seconds, draws_);
  const auto strikes = [&](double rate, Fate::Kind kind) {
    if (fate.kind == Fate::Kind::good && happens(rate, draws_)) fate.kind = kind;
  };
  if (troubles_.down) {
    fate.kind = request == Request::creation ? Fate::Kind::lost_request : Fate::Kind::error;
    return fate;
  }
  strikes(troubles_.error, Fate::Kind::error);
  if (fate.kind == Fate::Kind::good && happens(troubles_.pause, draws_)) {
    fate.kind = Fate::Kind::error;
    fate.retry_after = Seconds{static_cast<std::int64_t>(30 + draws_.below(300))};
  }
  if (request == Request::listing) {
    strikes(troubles_.short_listing, Fate::Kind::error);
    return fate;
  }
  strikes(troubles_.lost_answer, Fate::Kind::lost_answer);
  strikes(troubles_.lost_request, Fate::Kind::lost_request);
  if (request == Request::creation) strikes(troubles_.late_creation, Fate::Kind::late);
  if (fate.kind == Fate::Kind::late) fate.late = draw(troubles_.late_seconds, draws_);
  return fate;
}

Server CloudSite::describe(const CloudServer& server) const {
  const Flavor& flavor = model_.flavors()[server.flavor];
  Server told{.name = MachineName(server.name),
              .id = ServerId(server.id),
              .state = state_of(server),
              .processors = flavor.processors,
              .memory_mb = flavor.memory_mb,
              .flavor = flavor.name,
              .zone = ZoneName(server.zone),
              .image = ImageId(server.image_id),
              .machinetype = MachinetypeName(metadata(server, "machinetype")),
              .space = SpaceName(metadata(server, "space")),
              .created = in_seconds(server.created),
              .updated = in_seconds(server.updated)};
  if (server.launched) told.started = in_seconds(*server.launched);
  if (server.fault) told.fault = Fault{FaultKind::no_valid_host, server.fault->message};
  return told;
}

std::vector<ListedPage> CloudSite::list(std::optional<ListingMark> since) {
  model_.advance(time_.now());
  if (!since) return listing_.pages();
  return {std::make_shared<vacuum::ServerPage>(changes(since->time))};
}

vacuum::ServerPage CloudSite::changes(TimePoint since) const {
  ServerQuery query;
  query.limit = std::numeric_limits<std::size_t>::max();
  query.changes_since = since;
  vacuum::ServerPage told;
  for (const CloudServer* server : model_.list(0, query).servers) {
    if (server->status == ServerStatus::gone) {
      told.gone.push_back({MachineName(server->name), ServerId(server->id)});
    } else {
      told.servers.push_back(describe(*server));
    }
  }
  return told;
}

std::optional<Server> CloudSite::find(const std::string& name) {
  model_.advance(time_.now());
  ServerQuery query;
  query.limit = 1;
  query.name = NamePattern::parse("^" + name + "$");  // our names hold nothing that means more
  const ServerPage page = model_.list(0, query);
  if (page.servers.empty()) return std::nullopt;
  return describe(*page.servers.front());
}

CloudResult<ServerId> CloudSite::create(const ServerRequest& request) {
  CreateOrder order;
  order.name = request.name.text();
  const auto flavor = model_.flavor_index(request.flavor.cloud_id);
  if (!flavor) {
    const std::string words = "there is no flavor " + request.flavor.name.text();
    return Failure{CloudError{CloudDecision::refused, words, {}, Fault{FaultKind::refused, words}}};
  }
  order.flavor = *flavor;
  order.image_id = request.image;
  order.volume_gb = request.volume_gb;
  if (request.zone) order.zone = request.zone->text();
  order.networking = Networking::none;
  for (const auto& [key, value] : request.metadata) order.metadata.emplace_back(key, value);
  const auto created = model_.create(order, time_.now());
  if (!created) {
    const Fault fault = over_quota(created.error());
    return Failure{CloudError{CloudDecision::refused, fault.text, {}, fault}};
  }
  if (on_created) on_created(**created);
  return ServerId((*created)->id);
}

Quota CloudSite::quota() const {
  const CloudProject& project = model_.projects().front();
  return {.processors_limit = limit_of(project.quota.processors),
          .memory_mb_limit = limit_of(project.quota.memory_mb),
          .machines_limit = limit_of(project.quota.machines),
          .processors_used = project.used.processors,
          .memory_mb_used = project.used.memory_mb,
          .machines_used = project.used.machines};
}

}  // namespace vacuum::sim
