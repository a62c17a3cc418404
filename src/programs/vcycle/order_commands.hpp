#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "programs/vcycle/command_places.hpp"

namespace vacuum {

/// Which of the operators' verbs.
enum class OrderVerb : std::uint8_t { drain, undrain, remove, hold_deletions, release_deletions };

struct OrderRequest {
  CommandOptions common;
  OrderVerb verb = OrderVerb::drain;
  std::vector<std::string>
      words;  ///< what it is about, as on the command line; empty: all spaces (of a hold)
  std::string reason;
  std::optional<Seconds> wait;  ///< until the daemon has seen it, so long at most
};

/// `vcycle drain`, `undrain`, `delete`, `hold-deletes`: writes or withdraws orders, and says when they take
/// effect. Answers the exit status.
int run_orders(const OrderRequest& request, std::ostream& out, std::ostream& errors);

/// `vcycle orders`: what stands.
int run_list_orders(const CommandOptions& options, std::ostream& out, std::ostream& errors);

}  // namespace vacuum
