#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "domain/names.hpp"

namespace vacuum {

/// Something beside the cycles that does not work: a pipe that cannot be fetched, a monitor without an
/// address.
struct BackgroundFault {
  std::string source;  ///< what does not work: "vacuum pipe PREFIX", "vacmon HOST:PORT"
  std::string sentence;
  TimePoint since{};
};

/// Where background work tells its faults, so that they show in the status of the space and in the metrics.
/// Touched on the loop's thread alone.
class FaultBoard {
 public:
  /// A fault that is there already keeps its time and takes the new sentence.
  void tell(const SpaceName& space, const std::string& source, std::string sentence, TimePoint now) {
    auto& fault = faults_[space][source];
    if (fault.sentence.empty()) fault.since = now;
    fault.source = source;
    fault.sentence = std::move(sentence);
  }
  /// It works again, or is no more.
  void clear(const SpaceName& space, const std::string& source) {
    const auto found = faults_.find(space);
    if (found != faults_.end()) found->second.erase(source);
  }
  void clear_space(const SpaceName& space) { faults_.erase(space); }

  /// By source.
  [[nodiscard]] std::vector<BackgroundFault> of(const SpaceName& space) const {
    std::vector<BackgroundFault> faults;
    const auto found = faults_.find(space);
    if (found == faults_.end()) return faults;
    for (const auto& [source, fault] : found->second) faults.push_back(fault);
    return faults;
  }

 private:
  std::map<SpaceName, std::map<std::string, BackgroundFault>> faults_;
};

}  // namespace vacuum
