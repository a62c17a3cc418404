#pragma once

#include "sim/cloud_settings.hpp"
#include "sim/json_reader.hpp"
#include "sim/request_faults.hpp"

namespace vacuum::sim {

/// All that can be set to go wrong.
struct FaultSettings {
  LifeFaults life;
  RequestFaultSettings requests;
  bool revoke_tokens = false;  ///< every token that was issued until now is refused from now on
};

/// Reads the "faults" of a scenario, or a POST to /cloudbox/faults, over what is set already: a key that is
/// not given stays as it is. Throws JsonMistake.
void read_faults(const JsonReader& json, FaultSettings& settings);

}  // namespace vacuum::sim
