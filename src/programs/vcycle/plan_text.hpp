#pragma once

#include <string>

#include <boost/json.hpp>

#include "domain/fleet.hpp"
#include "domain/plan.hpp"
#include "domain/settings.hpp"

namespace vacuum {

/// A plan for people: one line for each action, then each machinetype's reason.
[[nodiscard]] std::string plan_text(const Plan& plan, const Fleet& fleet, const SpaceSettings& settings);

/// The actions of a plan: {"action": "delete", "machine": …, "reason": …}.
[[nodiscard]] boost::json::array plan_actions_json(const Plan& plan, const Fleet& fleet,
                                                   const SpaceSettings& settings);

}  // namespace vacuum
