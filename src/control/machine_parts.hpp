#pragma once

#include "domain/fleet.hpp"
#include "ports/cloud.hpp"
#include "ports/machine_store.hpp"

namespace vacuum {

/// Whether a VM of our name belongs to the managers of a space: by its metadata, where that tells a space.
[[nodiscard]] inline bool is_of_space(const Server& server, const SpaceName& space) {
  return server.space.empty() || server.space == space;
}
/// Whether a VM belongs to the managers of a space: by its name and its metadata.
[[nodiscard]] bool is_ours(const Server& server, const SpaceName& space);

/// Writes what is recorded of a machine into it. What a listing tells is to be written again.
void write_record(Machine& machine, const MachineRecord& record);
/// Writes what a listing tells of a machine into it. The cloud's word wins over the record's, except for who
/// the machine is and when it was begun.
void write_server(Machine& machine, const Server& server);
/// What the latest listing told of a listed machine; its processors and memory are to be added.
[[nodiscard]] Server as_listed(const Machine& machine);

}  // namespace vacuum
