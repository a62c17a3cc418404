#include "control/machine_events.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum {
namespace {

std::string seconds_between(TimePoint from, TimePoint to) {
  return fmt::format("{}", std::max(to - from, Seconds{0}).count());
}

}  // namespace

Event machine_event(EventKind kind, const Machine& machine, const SpaceName& space, TimePoint now,
                    std::string reason) {
  return {.time = now,
          .kind = kind,
          .space = space,
          .machinetype = machine.machinetype_name,
          .machine = machine.name,
          .reason = std::move(reason),
          .details = {}};
}

Event creation_event(EventKind kind, const CreateMachine& action, const SpaceSettings& settings,
                     TimePoint now, std::string reason) {
  Event event{.time = now,
              .kind = kind,
              .space = settings.name,
              .machinetype = settings.machinetypes[position(action.machinetype)].name,
              .machine = action.name,
              .reason = std::move(reason),
              .details = {{"flavor", action.flavor.name.text()},
                          {"processors", fmt::format("{}", action.flavor.processors)}}};
  if (action.zone) event.details.push_back({"zone", action.zone->text()});
  return event;
}

std::string started_words(const Machine& machine, TimePoint started) {
  const Seconds took = std::max(started - machine.created, Seconds{0});
  return fmt::format("runs since {}, {} after its creation", format_iso8601(started), format_duration(took));
}

std::vector<EventDetail> judgement_details(const Machine& machine, const MarkStopped& action) {
  std::vector<EventDetail> details{{"verdict", std::string(to_string(action.verdict))}};
  if (machine.shutdown_message)
    details.push_back({"code", fmt::format("{}", machine.shutdown_message->code)});
  if (machine.started) details.push_back({"ran_seconds", seconds_between(*machine.started, action.stopped)});
  return details;
}

std::string deletion_words(const DeleteMachine& action) {
  return action.message ? to_string(*action.message) : std::string(to_string(action.reason));
}

RecordFile judgement_file(const MarkStopped& action) {
  return {"judgement", fmt::format("{} {}\n", to_string(action.verdict), printable(action.reason))};
}

RecordFile deletion_file(const DeleteMachine& action, const ManagerName& manager) {
  return {"deletion",
          fmt::format("{} {} {}\n", to_string(action.reason), manager, printable(deletion_words(action)))};
}

}  // namespace vacuum
