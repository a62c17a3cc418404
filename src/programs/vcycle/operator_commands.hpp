#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "programs/vcycle/command_places.hpp"

namespace vacuum {

/// The commands by which operators ask for stories and give orders, as the command line knows them.
class OperatorCommands {
 public:
  explicit OperatorCommands(CLI::App& app);

  /// After parsing: runs the command that was chosen and answers its exit status; nothing where it is none of
  /// these.
  [[nodiscard]] std::optional<int> run(const DiskPlaces& places) const;

 private:
  CLI::App* add_order(CLI::App& app, const std::string& name, const std::string& help);
  [[nodiscard]] int run_explanation(const CommandOptions& options) const;

  CLI::App* explain_ = nullptr;
  CLI::App* orders_ = nullptr;
  CLI::App* drain_ = nullptr;
  CLI::App* undrain_ = nullptr;
  CLI::App* delete_ = nullptr;
  CLI::App* hold_ = nullptr;

  std::vector<std::string> words_;
  std::string space_;
  std::string since_;
  std::string reason_;
  int wait_seconds_ = 0;
  bool off_ = false;
  bool json_ = false;
};

}  // namespace vacuum
