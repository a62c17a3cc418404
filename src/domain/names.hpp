#pragma once

#include <optional>
#include <string_view>

#include "base/strong_id.hpp"

namespace vacuum {

using SpaceName = StrongId<struct SpaceNameTag>;              ///< [a-z0-9.-]+, like a DNS name
using MachinetypeName = StrongId<struct MachinetypeNameTag>;  ///< [a-z0-9-]+
using MachineName = StrongId<struct MachineNameTag>;          ///< vcycle-MACHINETYPE-xxxxxxxxxx
using ServerId = StrongId<struct ServerIdTag>;                ///< the cloud's own id of a VM
using ImageId = StrongId<struct ImageIdTag>;                  ///< the cloud's own id of an image
using FlavorName = StrongId<struct FlavorNameTag>;
using ZoneName = StrongId<struct ZoneNameTag>;        ///< an availability zone
using ManagerName = StrongId<struct ManagerNameTag>;  ///< host name of a running vcycled
/// One life of a manager, from a start or a rejoining to its end: NAME~RANDOM. Only incarnations act.
using IncarnationId = StrongId<struct IncarnationIdTag>;

/// Spec 2: what the names of sections may hold.
[[nodiscard]] bool is_space_name(std::string_view text);
[[nodiscard]] bool is_machinetype_name(std::string_view text);

/// What every name of a machine of ours starts with (spec 3).
inline constexpr std::string_view kMachineNamePrefix = "vcycle-";
/// How many random characters end it.
inline constexpr std::size_t kMachineNameRandomLength = 10;

/// vcycle-MACHINETYPE-RANDOM.
[[nodiscard]] MachineName make_machine_name(const MachinetypeName& machinetype, std::string_view random);
/// Whether a VM of this name belongs to a manager of machines. Also guards paths: such a name is one path
/// component of [A-Za-z0-9._-].
[[nodiscard]] bool is_machine_name(std::string_view text);
/// The machinetype that a machine's name tells, if it has the full form.
[[nodiscard]] std::optional<MachinetypeName> machinetype_of(const MachineName& name);

/// How many random characters end the id of an incarnation.
inline constexpr std::size_t kIncarnationRandomLength = 10;

/// NAME~RANDOM. An empty `random` names all that a manager did before it kept incarnations apart.
[[nodiscard]] IncarnationId make_incarnation_id(const ManagerName& manager, std::string_view random);
/// Whether it is NAME~RANDOM with a name like a DNS name. Also guards paths: such an id is one path
/// component.
[[nodiscard]] bool is_incarnation_id(std::string_view text);
/// The manager whose life it is or was.
[[nodiscard]] ManagerName manager_of(const IncarnationId& incarnation);

}  // namespace vacuum
