#include "control/join.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace vacuum {
namespace {

using Positions = std::unordered_map<std::string_view, std::size_t>;

Positions positions_of(const std::vector<MachinetypeSettings>& machinetypes) {
  Positions positions;
  for (std::size_t i = 0; i < machinetypes.size(); ++i) positions.emplace(machinetypes[i].name.text(), i);
  return positions;
}

std::optional<MachinetypeIndex> index_of(const Positions& machinetypes, const MachinetypeName& name) {
  const auto found = machinetypes.find(name.text());
  if (found == machinetypes.end()) return std::nullopt;
  return static_cast<MachinetypeIndex>(found->second);
}

/// Vcycle 3.0 accounted a machine when it recorded its end, and left no note of it. Its records are known by
/// what they lack.
bool was_accounted_by_vcycle(const MachineRecord& record) {
  return record.stopped && record.flavor.empty() && record.memory_mb == 0;
}

void take_record(Machine& machine, const MachineRecord& record) {
  machine.name = record.name;
  machine.server_id = record.server_id;
  machine.machinetype_name = record.machinetype;
  machine.incarnation = record.incarnation;
  machine.processors = std::max(1, record.processors);
  machine.memory_mb = record.memory_mb;
  machine.hs06 = record.hs06;
  machine.accounting_fqan = record.accounting_fqan;
  machine.flavor = record.flavor;
  if (!record.zone.empty()) machine.zone = record.zone;
  machine.created = record.created.value_or(TimePoint{});
  machine.started = record.started;
  machine.stopped = record.stopped;
  machine.deleted = record.deleted;
  machine.accounted = was_accounted_by_vcycle(record) ? record.stopped : record.accounted;
  machine.shutdown_time = record.shutdown_time;
  machine.promised_grace = record.promised_grace;
  machine.max_wallclock = record.max_wallclock;
}

/// The cloud's word wins over the record's, except for who the machine is and when it was begun.
void take_server(Machine& machine, Server& server) {
  machine.name = std::move(server.name);
  machine.server_id = std::move(server.id);
  machine.state = server.state;
  machine.ip = std::move(server.ip);
  if (server.processors > 0) machine.processors = server.processors;
  if (server.memory_mb > 0) machine.memory_mb = server.memory_mb;
  if (machine.machinetype_name.empty()) machine.machinetype_name = std::move(server.machinetype);
  if (machine.flavor.empty()) machine.flavor = std::move(server.flavor);
  if (!machine.zone && machine.record == RecordState::absent && !server.zone.empty())
    machine.zone = server.zone;
  if (machine.created == TimePoint{}) machine.created = server.created;
  machine.cloud_started = server.started;
  machine.cloud_updated = server.updated;
  machine.fault = std::move(server.fault);
}

void name_machinetype(Machine& machine, const Positions& machinetypes) {
  if (machine.machinetype_name.empty()) {
    machine.machinetype_name = machinetype_of(machine.name).value_or(MachinetypeName{});
  }
  machine.machinetype = index_of(machinetypes, machine.machinetype_name);
}

void take_memory(Machine& machine, const MachineMemories& memories) {
  const auto found = memories.find(machine.name);
  if (found == memories.end()) return;
  machine.missed_listings = found->second.missed_listings;
  machine.missing_since = found->second.missing_since;
  machine.delete_retry_at = found->second.delete_retry_at;
  machine.adopted = found->second.adopted;
}

/// Whose a machine is. Counts in the fleet.
void assign(Machine& machine, const MachineRecord* record, const Standing* standing, Fleet& fleet) {
  if (standing == nullptr) return;
  const Roster& roster = standing->roster;
  const IncarnationId first = record != nullptr ? first_manager_of(*record) : IncarnationId{};
  const IncarnationId& owner =
      record != nullptr ? roster.owner_of(first, machine.name) : roster.doer_of(machine.name.text());
  machine.managed_by = owner == standing->incarnation ? ManagedBy::us : ManagedBy::others;
  ++fleet.machines_by_manager[owner];
}

class Joiner {
 public:
  Joiner(std::span<const MachineRecord> records, const SpaceSettings& settings, MachineMemories& memories,
         const Standing* standing)
      : records_(records),
        settings_(settings),
        memories_(memories),
        standing_(standing),
        types_(positions_of(settings.machinetypes)) {
    by_name_.reserve(records.size());
    for (std::size_t i = 0; i < records.size(); ++i) by_name_.emplace(records[i].name.text(), i);
    listed_.resize(records.size());
  }

  Fleet join(CloudView view) {
    fleet_.machines.reserve(records_.size());
    for (Server& server : view.servers) add_server(server);
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (!listed_[i]) add_unlisted(records_[i]);
    }
    forget_the_gone();
    fleet_.flavors = std::move(view.flavors);
    fleet_.quota = view.quota;
    fleet_.last_aborts.resize(settings_.machinetypes.size());
    return std::move(fleet_);
  }

 private:
  /// A VM that has begun to run from a volume needs the volume's image no more.
  void note_image(const Server& server) {
    if (!server.image.empty()) {
      if (fleet_.images_in_use) fleet_.images_in_use->insert(server.image);
    } else if (server.state == MachineState::starting) {
      fleet_.images_in_use.reset();
    }
  }

  void add_server(Server& server) {
    note_image(server);
    if (!is_ours(server, settings_.name)) {
      ++fleet_.foreign.machines;
      fleet_.foreign.processors += server.processors;
      fleet_.foreign.memory_mb += server.memory_mb;
      return;
    }
    Machine machine;
    const auto found = by_name_.find(server.name.text());
    machine.record = found == by_name_.end() ? RecordState::absent : RecordState::present;
    if (found != by_name_.end()) {
      listed_[found->second] = true;
      take_record(machine, records_[found->second]);
    }
    take_server(machine, server);
    assign(machine, found == by_name_.end() ? nullptr : &records_[found->second], standing_, fleet_);
    if (const auto memory = memories_.find(machine.name); memory != memories_.end()) {
      memory->second.missed_listings = 0;
      memory->second.missing_since.reset();
    }
    finish(std::move(machine));
  }

  void add_unlisted(const MachineRecord& record) {
    Machine machine;
    take_record(machine, record);
    machine.state = MachineState::unlisted;
    assign(machine, &record, standing_, fleet_);
    ++memories_[record.name].missed_listings;
    finish(std::move(machine));
  }

  void finish(Machine machine) {
    name_machinetype(machine, types_);
    take_memory(machine, memories_);
    fleet_.machines.push_back(std::move(machine));
  }

  /// What is remembered is bounded by what there is.
  void forget_the_gone() {
    if (memories_.empty()) return;
    std::unordered_map<std::string_view, bool> there;
    for (const Machine& machine : fleet_.machines) there.emplace(machine.name.text(), true);
    std::erase_if(memories_, [&](const auto& entry) { return !there.contains(entry.first.text()); });
  }

  std::span<const MachineRecord> records_;
  const SpaceSettings& settings_;
  MachineMemories& memories_;
  const Standing* standing_;
  Positions types_;
  Positions by_name_;
  std::vector<bool> listed_;
  Fleet fleet_;
};

}  // namespace

bool is_ours(const Server& server, const SpaceName& space) {
  return is_machine_name(server.name.text()) && (server.space.empty() || server.space == space);
}

IncarnationId first_manager_of(const MachineRecord& record) {
  if (!record.incarnation.empty()) return record.incarnation;
  IncarnationId made = make_incarnation_id(record.manager, "");
  if (!is_incarnation_id(made.text())) made = make_incarnation_id(ManagerName{"unknown"}, "");
  return made;
}

Fleet join(CloudView view, std::span<const MachineRecord> records, const SpaceSettings& settings,
           MachineMemories& memories, const Standing* standing) {
  return Joiner(records, settings, memories, standing).join(std::move(view));
}

void add_new_records(std::span<const MachineRecord> records, const SpaceSettings& settings,
                     const Standing* standing, Fleet& fleet) {
  const Positions types = positions_of(settings.machinetypes);
  std::unordered_set<std::string_view> known;
  known.reserve(fleet.machines.size() + records.size());
  for (const Machine& machine : fleet.machines) known.insert(machine.name.text());
  std::vector<Machine> added;
  for (const MachineRecord& record : records) {
    if (known.contains(record.name.text())) continue;
    Machine machine;
    take_record(machine, record);
    machine.state = MachineState::unlisted;
    assign(machine, &record, standing, fleet);
    name_machinetype(machine, types);
    added.push_back(std::move(machine));
  }
  std::ranges::move(added, std::back_inserter(fleet.machines));
}

}  // namespace vacuum
