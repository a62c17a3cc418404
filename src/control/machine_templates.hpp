#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "control/holds.hpp"
#include "domain/settings.hpp"
#include "ports/file_reader.hpp"
#include "ports/resource_fetcher.hpp"

namespace vacuum {

/// The files that a machinetype's VMs are made from, as had for a cycle.
struct MachineTemplates {
  std::string user_data;
  std::map<std::string, std::string> user_data_files;    ///< X of user_data_file_X → content
  std::map<std::string, std::string> user_data_options;  ///< X of user_data_option_X → value
  std::string public_key;                                ///< first line of root_public_key; empty for none
};

/// Why a machinetype's templates could not be had.
struct TemplateError {
  std::string message;  ///< names the option, and the file or URL
};

/// Reads or fetches them, in a few seconds at most.
Async<Result<MachineTemplates, TemplateError>> read_templates(FileReader& files, ResourceFetcher& fetcher,
                                                              const MachinetypeSettings& type);

/// Machinetypes whose templates could not be had: nothing of them is planned until the next try, whose turn
/// comes ever later, so that neither their share nor the cycles' time is spent on them.
class TemplateRetries {
 public:
  void failed(const MachinetypeSettings& type, std::string why, TimePoint now);
  void succeeded(const MachinetypeName& name) { failures_.erase(name); }
  /// Forgets those that are configured no more, and answers them.
  std::vector<MachinetypeName> forget_removed(const SpaceSettings& settings);
  /// Holds those whose turn has not come. A machinetype whose template is configured anew is tried at once.
  void add_holds(const SpaceSettings& settings, TimePoint now, Holds& holds) const;

 private:
  struct Failures {
    TemplateSource source;
    std::string why;
    int times = 0;
    TimePoint next_try{};
  };
  std::map<MachinetypeName, Failures> failures_;
};

}  // namespace vacuum
