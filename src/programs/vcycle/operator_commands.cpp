#include "programs/vcycle/operator_commands.hpp"

#include <iostream>

#include <fmt/format.h>

#include "programs/vcycle/explain_command.hpp"
#include "programs/vcycle/order_commands.hpp"
#include "programs/vcycle/state_view.hpp"

namespace vacuum {
namespace {

/// --wait without a number.
constexpr int kWaitSeconds = 180;
constexpr const char* kWhere = "SPACE, SPACE/MACHINETYPE, or both as two words";

std::string check_space(const std::string& text) {
  return is_space_name(text) ? std::string() : "'" + text + "' is no name of a space";
}

}  // namespace

OperatorCommands::OperatorCommands(CLI::App& app) {
  explain_ = app.add_subcommand("explain", "the story of a machine, a machinetype or a space");
  explain_->add_option("NAME", words_, "its name, or the beginning of it")->required()->expected(1);
  explain_->add_option("--since", since_,
                       "from then on: 90s, 30min, 6h, 2d, or a time like 2026-11-22T10:35:26Z");
  explain_->add_flag("--json", json_, "print JSON");

  orders_ = app.add_subcommand("orders", "the orders of operators that stand");
  orders_->add_option("SPACE", space_, "this space alone")->check(check_space);
  orders_->add_flag("--json", json_, "print JSON");

  drain_ = add_order(app, "drain", "create nothing new; what runs ends by itself");
  drain_->add_option("SPACE", words_, kWhere)->required()->expected(1, 2);
  undrain_ = add_order(app, "undrain", "end a drain");
  undrain_->add_option("SPACE", words_, kWhere)->required()->expected(1, 2);
  delete_ = add_order(app, "delete", "have machines deleted in the next cycle");
  delete_->add_option("MACHINE", words_, "whole names")->required()->expected(1, 10'000);
  hold_ = add_order(app, "hold-deletes", "have the cloud asked for no deletion");
  hold_->add_option("SPACE", words_, "this space alone")->expected(0, 1);
  hold_->add_flag("--off", off_, "end it");
}

CLI::App* OperatorCommands::add_order(CLI::App& app, const std::string& name, const std::string& help) {
  CLI::App* command = app.add_subcommand(name, help);
  command->add_option("--reason", reason_, "why, for the others: shown wherever the order is");
  command
      ->add_option("--wait", wait_seconds_,
                   fmt::format("until vcycled has seen it, so many seconds at most (without a number: {})",
                               kWaitSeconds))
      ->expected(0, 1)
      ->default_str(std::to_string(kWaitSeconds))
      ->check(CLI::Range(1, 86400));
  return command;
}

int OperatorCommands::run_explanation(const CommandOptions& options) const {
  ExplainRequest request{.common = options, .word = words_.front(), .since = std::nullopt};
  if (!since_.empty()) {
    request.since = parse_since(since_, time_now());
    if (!request.since) {
      std::cerr << fmt::format("vcycle: --since {}: write 90s, 30min, 6h, 2d, or 2026-11-22T10:35:26Z\n",
                               since_);
      return 2;
    }
  }
  return run_explain(request, std::cout, std::cerr);
}

std::optional<int> OperatorCommands::run(const DiskPlaces& places) const {
  CommandOptions options{.places = places, .space = std::nullopt};
  options.format = json_ ? Format::json : Format::table;
  if (!space_.empty()) options.space = SpaceName{space_};
  if (*explain_) return run_explanation(options);
  if (*orders_) return run_list_orders(options, std::cout, std::cerr);
  OrderRequest request{.common = options, .words = words_, .reason = reason_, .wait = std::nullopt};
  const CLI::App* chosen = nullptr;
  for (const auto& [command, verb] :
       {std::pair{drain_, OrderVerb::drain}, std::pair{undrain_, OrderVerb::undrain},
        std::pair{delete_, OrderVerb::remove},
        std::pair{hold_, off_ ? OrderVerb::release_deletions : OrderVerb::hold_deletions}}) {
    if (!*command) continue;
    chosen = command;
    request.verb = verb;
  }
  if (chosen == nullptr) return std::nullopt;
  if (chosen->count("--wait") > 0) request.wait = Seconds{wait_seconds_ > 0 ? wait_seconds_ : kWaitSeconds};
  return run_orders(request, std::cout, std::cerr);
}

}  // namespace vacuum
