#include "control/fleet_keeper.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "control/machine_parts.hpp"

namespace vacuum {

void FleetKeeper::take_place(const SpaceSettings& settings, const Standing* standing) {
  std::vector<MachinetypeName> names;
  for (const MachinetypeSettings& type : settings.machinetypes) names.push_back(type.name);
  fleet_.last_aborts.assign(names.size(), std::nullopt);
  if (names != machinetypes_) {
    machinetypes_ = std::move(names);
    indexes_.clear();
    for (std::size_t i = 0; i < machinetypes_.size(); ++i)
      indexes_.emplace(machinetypes_[i].text(), static_cast<MachinetypeIndex>(i));
    for (Machine& machine : fleet_.machines) name_machinetype(machine);
  }
  if (!owners_.take_place(standing)) return;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    slots_[i].owner.reset();
    assign(i);
  }
}

// --- the cloud
// -----------------------------------------------------------------------------------------------------

void FleetKeeper::begin_listing(std::optional<ListingMark> since) {
  ++listing_;
  since_ = since;
  shown_last_.reset();
  unseen_changes_ = 0;
  latest_change_.reset();
  images_ = since ? fleet_.images_in_use : std::set<ImageId>();
}

void FleetKeeper::take_page(const ServerPage& page) {
  for (const Server& server : page.servers) take_server(server);
  for (const GoneServer& gone : page.gone) take_gone(gone);
}

void FleetKeeper::end_listing(std::optional<ListingMark> mark, TimePoint now, Milliseconds monotonic_now) {
  for (std::size_t i = slots_.size(); i-- > 0;) {
    if (!since_ && slots_[i].shown != listing_ && slots_[i].missed != listing_) miss(i);
  }
  for (Machine& machine : fleet_.machines) {
    if (machine.missed_listings > 0 && !machine.missing_since) machine.missing_since = now;
  }
  if (!since_) foreign_.drop_all_but(listing_);
  fleet_.foreign = foreign_.totals();
  fleet_.images_in_use = std::move(images_);
  note_clocks(mark);
  listings_.note(since_, mark, monotonic_now);
}

/// A VM that has begun to run from a volume needs the volume's image no more.
void FleetKeeper::note_image(const Server& server) {
  if (!server.image.empty()) {
    if (images_) images_->insert(server.image);
  } else if (server.state == MachineState::starting) {
    images_.reset();
  }
}

bool FleetKeeper::is_at(std::size_t position, const Server& server) const {
  const Machine& machine = fleet_.machines[position];
  return machine.state != MachineState::unlisted && machine.server_id == server.id &&
         machine.name == server.name;
}

/// Where the VM is, if it is the one that followed in the last listing of all, too: the order of listings
/// hardly changes, and to look there first is cheap.
std::optional<std::size_t> FleetKeeper::find_in_order(const Server& server) const {
  if (since_ || !shown_last_ || *shown_last_ >= slots_.size()) return std::nullopt;
  const std::size_t next = slots_[*shown_last_].next;
  return next < slots_.size() && is_at(next, server) ? std::optional(next) : std::nullopt;
}

void FleetKeeper::take_server(const Server& server) {
  note_image(server);
  if (server.updated) latest_change_ = std::max(latest_change_.value_or(*server.updated), *server.updated);
  const auto in_order = find_in_order(server);
  const bool is_ours_now = in_order ? is_of_space(server, space_) : is_ours(server, space_);
  if (!is_ours_now) return foreign_.show(server, listing_);
  foreign_.drop(server.id);
  if (in_order) return show_again(*in_order, server);
  std::optional<std::size_t> unlisted;
  std::optional<std::size_t> recorded;
  for (const std::size_t i : positions_of(server.name)) {
    const Machine& machine = fleet_.machines[i];
    if (machine.state == MachineState::unlisted) {
      unlisted = i;
    } else if (machine.server_id == server.id) {
      return show_again(i, server);
    }
    if (machine.record == RecordState::present) recorded = i;
  }
  if (unlisted) return show(*unlisted, server);
  Machine machine;
  machine.name = server.name;
  machine.record = RecordState::absent;
  std::optional<MachineOwners::Number> first;
  if (recorded) {
    machine = fleet_.machines[*recorded];
    first = slots_[*recorded].first;
  }
  const std::size_t position = add(std::move(machine));
  slots_[position].first = first;
  show(position, server);
}

void FleetKeeper::show_again(std::size_t position, const Server& server) {
  check_known(fleet_.machines[position], server);
  show(position, server);
}

void FleetKeeper::show(std::size_t position, const Server& server) {
  if (!since_ && shown_last_ && *shown_last_ < slots_.size())
    slots_[*shown_last_].next = static_cast<std::uint32_t>(position);
  shown_last_ = position;
  Machine& machine = fleet_.machines[position];
  const bool is_new =
      machine.state == MachineState::unlisted || !slots_[position].shown || may_be_over(position);
  slots_[position].listed_processors = server.processors;
  slots_[position].listed_memory_mb = server.memory_mb;
  write_server(machine, server);
  machine.missed_listings = 0;
  machine.missing_since.reset();
  slots_[position].shown = listing_;
  if (!is_new) return;
  name_machinetype(machine);
  assign(position);
}

/// What is gone is shown as long as a listing of changes looks back so far: once in each listing.
void FleetKeeper::take_gone(const GoneServer& gone) {
  foreign_.drop(gone.id);
  for (const std::size_t i : positions_of(gone.name)) {
    if (fleet_.machines[i].server_id != gone.id) continue;
    if (slots_[i].missed != listing_) miss(i);
    return;
  }
}

/// A record stays as an unlisted machine, once.
void FleetKeeper::miss(std::size_t position) {
  Machine& machine = fleet_.machines[position];
  if (machine.state != MachineState::unlisted) {
    const bool is_one_of_several = positions_of(machine.name).size() > 1;
    if (machine.record == RecordState::absent || is_one_of_several) return remove(position);
    machine.state = MachineState::unlisted;
    machine.fault.reset();
    machine.ip.clear();
    machine.cloud_started.reset();
    machine.cloud_updated.reset();
  }
  ++machine.missed_listings;
  slots_[position].missed = listing_;
}

/// Only what changed a good while before the latest listing of changes began must have been in one.
void FleetKeeper::check_known(const Machine& known, const Server& server) {
  const auto until = listings_.known_until();
  if (since_ || !until || !server.updated || *server.updated >= *until) return;
  if (known.state != server.state) ++unseen_changes_;
}

void FleetKeeper::note_clocks(std::optional<ListingMark> mark) {
  if (!listings_.is_trusted()) return;
  if (unseen_changes_ > 0) {
    complaint_ = fmt::format(
        "{} VMs changed and the cloud's listings of changes did not show it: all VMs are listed in each "
        "cycle "
        "from now on",
        unseen_changes_);
  } else if (mark && latest_change_ && *latest_change_ > mark->time + kListingOverlap / 2) {
    complaint_ = fmt::format(
        "a VM changed at {}, and the cloud's answer was given at {}: its clocks differ by too much to list "
        "changes alone: all VMs are listed in each cycle from now on; synchronise the clocks of the cloud's "
        "hosts",
        format_iso8601(*latest_change_), format_iso8601(mark->time));
  }
  if (!complaint_.empty()) listings_.distrust();
}

// --- the records
// ---------------------------------------------------------------------------------------------------

void FleetKeeper::take_records(const RecordChanges& changes) {
  ++records_look_;
  for (const MachineRecord& record : changes.records) take_record(record);
  for (const MachineName& name : changes.gone) {
    for (auto positions = positions_of(name); !positions.empty(); positions = positions_of(name)) {
      const auto has_record = [&](std::size_t i) {
        return fleet_.machines[i].record == RecordState::present;
      };
      const auto recorded = std::ranges::find_if(positions, has_record);
      if (recorded == positions.end()) break;
      lose_record(*recorded);
    }
  }
  if (changes.scope == RecordChanges::Scope::all) {
    for (std::size_t i = slots_.size(); i-- > 0;) {
      const bool is_lost =
          fleet_.machines[i].record == RecordState::present && slots_[i].recorded != records_look_;
      if (is_lost) lose_record(i);
    }
  }
  records_mark_ = changes.mark;
}

Server FleetKeeper::listed_part(std::size_t position) const {
  Server server = as_listed(fleet_.machines[position]);
  server.processors = slots_[position].listed_processors;
  server.memory_mb = slots_[position].listed_memory_mb;
  return server;
}

void FleetKeeper::take_record(const MachineRecord& record) {
  auto positions = positions_of(record.name);
  if (positions.empty()) {
    Machine machine;
    machine.name = record.name;
    positions.push_back(add(std::move(machine)));
  }
  const auto first = owners_.number_of(first_manager_of(record));
  for (const std::size_t i : positions) {
    Machine& machine = fleet_.machines[i];
    const bool is_listed = machine.state != MachineState::unlisted;
    const Server listed = is_listed ? listed_part(i) : Server{};
    write_record(machine, record);
    if (is_listed) write_server(machine, listed);
    slots_[i].first = first;
    slots_[i].recorded = records_look_;
    name_machinetype(machine);
    assign(i);
  }
}

void FleetKeeper::lose_record(std::size_t position) {
  if (fleet_.machines[position].state == MachineState::unlisted) return remove(position);
  const Server listed = listed_part(position);
  Machine machine;
  machine.record = RecordState::absent;
  write_server(machine, listed);
  name_machinetype(machine);
  fleet_.machines[position] = std::move(machine);
  slots_[position].first.reset();
  slots_[position].forsaken = listing_;
  assign(position);
}

bool FleetKeeper::has_unrecorded() const {
  for (std::size_t i = 0; i < slots_.size(); ++i)
    if (fleet_.machines[i].record == RecordState::absent && !may_be_over(i)) return true;
  return false;
}

void FleetKeeper::recall() {
  std::erase_if(memories_, [&](const auto& item) {
    const auto positions = positions_of(item.first);
    for (const std::size_t i : positions) {
      fleet_.machines[i].adopted = item.second.adopted;
      fleet_.machines[i].delete_retry_at = item.second.delete_retry_at;
    }
    return positions.empty();
  });
  fleet_.machines_by_manager = owners_.counts();
}

// --- the list of machines
// ------------------------------------------------------------------------------------------

std::size_t FleetKeeper::add(Machine machine) {
  const std::size_t position = fleet_.machines.size();
  names_.add(machine.name, position);
  fleet_.machines.push_back(std::move(machine));
  slots_.emplace_back();
  return position;
}

void FleetKeeper::remove(std::size_t position) {
  owners_.count_no_more(slots_[position].owner);
  names_.remove(fleet_.machines[position].name, position);
  const std::size_t last = fleet_.machines.size() - 1;
  if (position != last) {
    names_.remove(fleet_.machines[last].name, last);
    names_.add(fleet_.machines[last].name, position);
    fleet_.machines[position] = std::move(fleet_.machines[last]);
    slots_[position] = slots_[last];
  }
  fleet_.machines.pop_back();
  slots_.pop_back();
}

void FleetKeeper::assign(std::size_t position) {
  Slot& slot = slots_[position];
  owners_.count_no_more(slot.owner);
  slot.owner = owners_.assign(fleet_.machines[position], slot.first);
  if (!may_be_over(position)) return;
  owners_.count_no_more(slot.owner);
  slot.owner.reset();
  fleet_.machines[position].managed_by = ManagedBy::others;
}

bool FleetKeeper::may_be_over(std::size_t position) const {
  const Machine& machine = fleet_.machines[position];
  return machine.record == RecordState::absent && machine.state != MachineState::unlisted &&
         slots_[position].shown <= slots_[position].forsaken;
}

void FleetKeeper::name_machinetype(Machine& machine) const {
  if (machine.machinetype_name.empty())
    machine.machinetype_name = machinetype_of(machine.name).value_or(MachinetypeName{});
  const auto found = indexes_.find(machine.machinetype_name.text());
  machine.machinetype = found == indexes_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace vacuum
