#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "control/control_ports.hpp"
#include "control/image_keeper.hpp"
#include "control/intents.hpp"
#include "control/machine_memory.hpp"
#include "control/new_machine.hpp"
#include "control/proxy_issuers.hpp"
#include "domain/plan.hpp"
#include "policy/build_failures.hpp"
#include "ports/cloud.hpp"

namespace vacuum {

/// What came of a plan.
struct CycleOutcome {
  int created = 0;  ///< the cloud accepted, or is believed to have
  int creations_failed = 0;
  int deletions_accepted = 0;
  int deletions_failed = 0;
  int accounted = 0;                      ///< accounting records written
  std::vector<MarkStopped> ended;         ///< machines whose end is on record now
  std::vector<int> created_by_type;       ///< by MachinetypeIndex
  std::vector<BuildAttempt> refused;      ///< creations that the cloud refused, for the back-off of builds
  std::optional<Seconds> hold_creations;  ///< the cloud asked for a pause
  bool listing_in_doubt = false;          ///< an answer does not fit what listings have shown
  std::string creation_error;      ///< of the first that the cloud refused or did not answer; empty: none
  std::string store_error;         ///< not empty: the directory failed and the rest was left undone
  std::vector<std::string> notes;  ///< what an admin should see
  std::set<MachinetypeIndex> templates_read;
  /// Why each of them could not be had, or its image in the cloud could not.
  std::map<MachinetypeIndex, std::string> templates_missing;
};

/// Carries out a plan and decides nothing. What it creates is on record as an intent already. Records first,
/// then deletions and creations side by side, each independent of the others' failures. Where the shared
/// directory fails nothing more is asked of the cloud.
class Executor {
 public:
  /// `images`: those of machinetypes whose image is not one of the cloud's own.
  Executor(Cloud& cloud, ControlPorts ports, ManagerIdentity manager, ReadyImages images = {})
      : cloud_(cloud), ports_(ports), manager_(std::move(manager)), images_(std::move(images)) {}

  Async<CycleOutcome> carry_out(const Plan& plan, const Fleet& fleet, const SpaceSettings& settings,
                                const ProxyIssuers& proxies, MachineMemories& memories, Intents intents);

 private:
  struct Cycle;

  void tell(const Cycle& cycle, EventKind kind, const Machine& machine, std::string reason,
            std::vector<EventDetail> details = {});
  void tell(const Cycle& cycle, EventKind kind, const CreateMachine& action, std::string reason,
            std::vector<EventDetail> details = {});

  Async<void> record_all(Cycle& cycle);
  Async<StoreResult<Done>> carry_out_record(Cycle& cycle, const Action& action);
  Async<StoreResult<Done>> adopt(Cycle& cycle, const AdoptMachine& action);
  Async<StoreResult<Done>> mark_started(Cycle& cycle, const MarkStarted& action);
  Async<StoreResult<Done>> mark_stopped(Cycle& cycle, const MarkStopped& action);
  Async<StoreResult<Done>> account(Cycle& cycle, const AccountMachine& action);
  Async<StoreResult<Done>> announce(Cycle& cycle, const AnnounceShutdown& action);
  Async<StoreResult<Done>> archive(Cycle& cycle, const ArchiveRecord& action);

  Async<void> read_all_templates(Cycle& cycle);
  Async<void> read_templates_of(Cycle& cycle, MachinetypeIndex index);
  Async<void> read_token_key(Cycle& cycle);
  Async<Result<MachineSecrets, X509Error>> make_secrets(Cycle& cycle, const CreateMachine& action);
  void leave_out(Cycle& cycle, const MachinetypeName& type, const std::string& why);
  Async<void> act_on_cloud(Cycle& cycle);
  Async<void> act(Cycle& cycle, const Action& action);
  Async<void> remove(Cycle& cycle, const DeleteMachine& action);
  Async<void> create(Cycle& cycle, const CreateMachine& action);
  Async<bool> ask_for(Cycle& cycle, const CreateMachine& action);
  Async<void> discard_intent(Cycle& cycle, const MachineName& name);
  Async<void> settle_creation(Cycle& cycle, const CreateMachine& action, NewMachine& made,
                              CloudResult<ServerId> answer);
  Async<void> note_created(Cycle& cycle, const CreateMachine& action, NewMachine& made, ServerId id);
  Async<void> undo_intent(Cycle& cycle, const CreateMachine& action, const CloudError& error);
  Async<void> look_for_unsure(Cycle& cycle, const CreateMachine& action, NewMachine& made,
                              const CloudError& error);

  Cloud& cloud_;
  ControlPorts ports_;
  ManagerIdentity manager_;
  ReadyImages images_;
};

}  // namespace vacuum
