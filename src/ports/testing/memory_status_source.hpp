#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ports/status_source.hpp"

namespace vacuum {

/// Status documents and records in memory.
class MemoryStatusSource final : public StatusSource {
 public:
  std::map<SpaceName, std::string> documents;
  std::map<SpaceName, std::vector<MachineRecord>> records_of;
  std::optional<std::string> failure;  ///< of every call but spaces()

  std::vector<SpaceName> spaces() override {
    std::vector<SpaceName> names;
    for (const auto& [name, document] : documents) names.push_back(name);
    return names;
  }

  Result<std::optional<std::string>, std::string> status(const SpaceName& space) override {
    if (failure) return Failure{*failure};
    const auto found = documents.find(space);
    if (found == documents.end()) return std::optional<std::string>();
    return std::optional(found->second);
  }

  Result<std::vector<MachineName>, std::string> machines(const SpaceName& space) override {
    if (failure) return Failure{*failure};
    std::vector<MachineName> names;
    for (const MachineRecord& record : records_of[space]) names.push_back(record.name);
    return names;
  }

  Result<std::vector<MachineRecord>, std::string> records(const SpaceName& space,
                                                          const std::vector<MachineName>& wanted) override {
    if (failure) return Failure{*failure};
    std::vector<MachineRecord> found;
    for (const MachineName& name : wanted)
      for (const MachineRecord& record : records_of[space])
        if (record.name == name) found.push_back(record);
    return found;
  }
};

}  // namespace vacuum
