#include "programs/vcycle/plan_text.hpp"

#include <fmt/format.h>

namespace vacuum {
namespace {

/// An action in words, the same for both forms.
struct ActionText {
  std::string_view verb;
  std::string machine;
  std::string reason;
};

class Describer {
 public:
  Describer(const Fleet& fleet, const SpaceSettings& settings) : fleet_(fleet), settings_(settings) {}

  ActionText operator()(const AdoptMachine& action) const {
    return {"adopt", name(action.machine), action.reason};
  }
  ActionText operator()(const MarkStarted& action) const {
    return {"mark started", name(action.machine),
            fmt::format("runs since {}", format_iso8601(action.started))};
  }
  ActionText operator()(const MarkStopped& action) const {
    return {action.verdict == Verdict::abort ? "judge as abort" : "mark stopped", name(action.machine),
            action.reason};
  }
  ActionText operator()(const AccountMachine& action) const {
    return {"account", name(action.machine),
            fmt::format("ran for {}", format_duration(action.stopped - action.started))};
  }
  ActionText operator()(const DeleteMachine& action) const {
    return {"delete", name(action.machine),
            action.message ? to_string(*action.message) : std::string(to_string(action.reason))};
  }
  ActionText operator()(const ArchiveRecord& action) const {
    return {"archive", name(action.machine), action.reason};
  }
  ActionText operator()(const AnnounceShutdown& action) const {
    return {"announce shutdown", name(action.machine),
            fmt::format("{}: {}", format_iso8601(action.shutdown_time), action.reason)};
  }
  ActionText operator()(const CreateMachine& action) const {
    const auto& type = settings_.machinetypes[position(action.machinetype)];
    return {"create", fmt::format("{} ({})", type.name, action.flavor.name), action.reason};
  }

 private:
  [[nodiscard]] std::string name(std::size_t machine) const { return fleet_.machines[machine].name.text(); }

  const Fleet& fleet_;
  const SpaceSettings& settings_;
};

}  // namespace

std::string plan_text(const Plan& plan, const Fleet& fleet, const SpaceSettings& settings) {
  const Describer describe(fleet, settings);
  std::string text =
      fmt::format("space {}: {} processors in use, limit {}\n", settings.name, plan.processors_in_space,
                  plan.processors_limit ? fmt::format("{}", *plan.processors_limit) : "none");
  if (plan.actions.empty()) text += "  nothing to do\n";
  for (const Action& action : plan.actions) {
    const ActionText words = std::visit(describe, action);
    text += fmt::format("  {} {}: {}\n", words.verb, words.machine, words.reason);
  }
  for (const DeleteMachine& deletion : plan.held_deletions) {
    const ActionText words = describe(deletion);
    text += fmt::format("  held: delete {}: {} ({})\n", words.machine, words.reason, plan.held_because);
  }
  for (const auto& note : plan.notes) text += fmt::format("  note: {}\n", note);
  for (const MachinetypePlan& machinetype : plan.machinetypes) {
    text += fmt::format("  machinetype {}: {}\n", machinetype.name, machinetype.why);
  }
  return text;
}

boost::json::array plan_actions_json(const Plan& plan, const Fleet& fleet, const SpaceSettings& settings) {
  const Describer describe(fleet, settings);
  boost::json::array actions;
  for (const Action& action : plan.actions) {
    const ActionText words = std::visit(describe, action);
    actions.push_back({{"action", words.verb}, {"machine", words.machine}, {"reason", words.reason}});
  }
  return actions;
}

}  // namespace vacuum
