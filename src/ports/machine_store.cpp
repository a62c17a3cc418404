#include "ports/machine_store.hpp"

namespace vacuum {

IncarnationId first_manager_of(const MachineRecord& record) {
  if (!record.incarnation.empty()) return record.incarnation;
  IncarnationId made = make_incarnation_id(record.manager, "");
  if (!is_incarnation_id(made.text())) made = make_incarnation_id(ManagerName{"unknown"}, "");
  return made;
}

}  // namespace vacuum
