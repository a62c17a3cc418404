#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ports/machine_files.hpp"

namespace vacuum {

/// Files of machines in memory: "MACHINE/jobfeatures/KEY", "MACHINE/joboutputs/FILE",
/// "heartbeatlists/MACHINETYPE". One space; a machine is current while it has a rule.
class MemoryMachineFiles final : public MachineFiles {
 public:
  std::string space = "space1";
  std::map<std::string, OutputRule> rules;
  std::map<std::string, std::string> files;
  std::optional<FilesError> fail_next;
  std::optional<FilesError> fail_writes;
  OutputLimits limits_seen;

  FilesResult<std::string> feature(const SpaceName& asked, const MachineName& machine, FeatureFolder folder,
                                   const std::string& key) override {
    if (auto failure = take_failure(asked, machine)) return Failure{*failure};
    return find(machine.text() + "/" + to_string(folder) + "/" + key);
  }

  FilesResult<std::vector<std::string>> feature_keys(const SpaceName& asked, const MachineName& machine,
                                                     FeatureFolder folder) override {
    if (auto failure = take_failure(asked, machine)) return Failure{*failure};
    const std::string prefix = machine.text() + "/" + to_string(folder) + "/";
    std::vector<std::string> keys;
    for (const auto& [path, content] : files)
      if (path.starts_with(prefix)) keys.push_back(path.substr(prefix.size()));
    return keys;
  }

  FilesResult<std::string> heartbeat_list(const SpaceName& asked,
                                          const MachinetypeName& machinetype) override {
    if (asked.text() != space) return Failure{FilesError{FilesDecision::absent, "no such space"}};
    return find("heartbeatlists/" + machinetype.text());
  }

  FilesResult<OutputRule> output_rule(const SpaceName& asked, const MachineName& machine) override {
    if (auto failure = take_failure(asked, machine)) return Failure{*failure};
    return rules.at(machine.text());
  }

  FilesResult<OutputChange> write_output(const SpaceName& asked, const MachineName& machine,
                                         const std::string& file, const std::string& content,
                                         const OutputLimits& limits) override {
    limits_seen = limits;
    if (auto failure = take_failure(asked, machine)) return Failure{*failure};
    if (fail_writes) return Failure{*fail_writes};
    const auto [place, is_new] = files.insert_or_assign(machine.text() + "/joboutputs/" + file, content);
    return is_new ? OutputChange::made : OutputChange::replaced;
  }

 private:
  std::optional<FilesError> take_failure(const SpaceName& asked, const MachineName& machine) {
    if (auto failure = std::exchange(fail_next, std::nullopt)) return failure;
    if (asked.text() == space && rules.contains(machine.text())) return std::nullopt;
    return FilesError{FilesDecision::absent, "no such machine"};
  }

  FilesResult<std::string> find(const std::string& path) const {
    const auto found = files.find(path);
    if (found == files.end()) return Failure{FilesError{FilesDecision::absent, "no such file"}};
    return found->second;
  }
};

}  // namespace vacuum
