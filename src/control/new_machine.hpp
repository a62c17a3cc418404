#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "control/machine_templates.hpp"
#include "control/manager_identity.hpp"
#include "domain/plan.hpp"
#include "domain/settings.hpp"
#include "ports/cloud.hpp"
#include "ports/machine_store.hpp"

namespace vacuum {

/// What one machine alone is given, where its template asks for it.
struct MachineSecrets {
  std::optional<Secret> x509_proxy;        ///< in PEM
  std::optional<Secret> joboutputs_token;  ///< spec 9
};

/// The substitutions that stand for them: X of ##user_data_option_X##.
inline constexpr std::string_view kProxyOption = "x509_proxy";
inline constexpr std::string_view kTokenOption = "joboutputs_token";

/// A VM on paper: what is beside its record, to be written first, and the request for it.
struct NewMachine {
  MachineRecord record;
  std::vector<RecordFile> files;
  ServerRequest request;
};

[[nodiscard]] NewMachine make_new_machine(const CreateMachine& creation, const SpaceSettings& settings,
                                          const MachineTemplates& templates, const MachineSecrets& secrets,
                                          const ManagerIdentity& manager, MachineRecord intent);

/// The record of a machine as a cycle sees it, managed by `manager`.
[[nodiscard]] MachineRecord record_of(const Machine& machine, const ManagerName& manager);

/// The files beside a record's values (spec 5), but user_data: what an adopted machine gets too.
[[nodiscard]] std::vector<RecordFile> record_files(const MachineRecord& record, const SpaceSettings& settings,
                                                   std::optional<MachinetypeIndex> machinetype);

/// The files beside a record's values that tell the cloud's id of a machine.
[[nodiscard]] std::vector<RecordFile> identity_files(const MachineRecord& record);

}  // namespace vacuum
