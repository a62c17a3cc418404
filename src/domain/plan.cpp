#include "domain/plan.hpp"

namespace vacuum {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::success:
      return "success";
    case Verdict::abort:
      return "abort";
    case Verdict::no_verdict:
      return "no_verdict";
  }
  return "";
}

std::optional<Verdict> parse_verdict(std::string_view text) {
  for (const Verdict verdict : {Verdict::success, Verdict::abort, Verdict::no_verdict}) {
    if (to_string(verdict) == text) return verdict;
  }
  return std::nullopt;
}

std::optional<std::size_t> machine_of(const Action& action) {
  return std::visit(
      [](const auto& one) -> std::optional<std::size_t> {
        if constexpr (requires { one.machine; })
          return one.machine;
        else
          return std::nullopt;
      },
      action);
}

std::string_view to_string(ShutdownCause cause) {
  return cause == ShutdownCause::space_end ? "space_end" : "preemption";
}

std::string_view to_string(DeleteReason reason) {
  switch (reason) {
    case DeleteReason::over:
      return "over";
    case DeleteReason::not_built:
      return "not_built";
    case DeleteReason::failed:
      return "failed";
    case DeleteReason::start_timeout:
      return "start_timeout";
    case DeleteReason::max_wallclock:
      return "max_wallclock";
    case DeleteReason::heartbeat:
      return "heartbeat";
    case DeleteReason::shutdown_time:
      return "shutdown_time";
    case DeleteReason::operator_asked:
      return "operator_asked";
  }
  return "";
}

std::string_view to_string(WaitReason reason) {
  switch (reason) {
    case WaitReason::none:
      return "none";
    case WaitReason::no_share:
      return "no_share";
    case WaitReason::backing_off:
      return "backing_off";
    case WaitReason::probing:
      return "probing";
    case WaitReason::machinetype_limit:
      return "machinetype_limit";
    case WaitReason::starting_limit:
      return "starting_limit";
    case WaitReason::space_limit:
      return "space_limit";
    case WaitReason::quota:
      return "quota";
    case WaitReason::cycle_limit:
      return "cycle_limit";
    case WaitReason::no_flavor:
      return "no_flavor";
    case WaitReason::build_failures:
      return "build_failures";
    case WaitReason::space_shutdown:
      return "space_shutdown";
    case WaitReason::creations_held:
      return "creations_held";
    case WaitReason::draining:
      return "draining";
    case WaitReason::not_ready:
      return "not_ready";
  }
  return "";
}

}  // namespace vacuum
