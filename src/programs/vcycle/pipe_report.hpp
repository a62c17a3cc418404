#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/pipe_document.hpp"

namespace vacuum {

/// What a site would get from one entry of a pipe, before it adds anything itself.
struct PipeEntryReport {
  struct Refusal {
    std::string option;
    std::string text;  ///< of the value; empty where it has none
    ValueProblem problem;
  };
  std::string machinetype;   ///< PREFIX-SUFFIX; or "entry 3" where it has no name
  double share_percent = 0;  ///< of what the site gives the whole pipe
  std::vector<std::pair<std::string, std::string>> options;  ///< accepted: name and text
  std::vector<Refusal> refused;                              ///< no machines unless the site gives the option
  std::vector<PipeRemark> ignored;
  std::vector<std::string> site_gives;  ///< options and files without which no machines can be created
  std::string passed_over;              ///< not empty: it is not for clouds, and why
  std::vector<PipeRemark> broken;       ///< not empty: it makes no machinetype
};

struct PipeReport {
  std::string source;                  ///< file or URL
  std::optional<PipeProblem> problem;  ///< it is no pipe
  Seconds cache{0};
  std::vector<PipeRemark> remarks;
  std::vector<PipeEntryReport> entries;

  /// Nothing is refused: a site can use all that is meant for clouds.
  [[nodiscard]] bool is_good() const;
};

/// `url` is where the pipe is published; empty where only a file is known. `prefix` is the site's.
[[nodiscard]] PipeReport report_on_pipe(const std::string& source, std::string_view url,
                                        std::string_view text, const std::string& prefix);

/// For people.
[[nodiscard]] std::string pipe_report_text(const PipeReport& report);
/// For programs: {"source", "good", "problem", "cache_seconds", "machinetypes": […], "remarks": […]}.
[[nodiscard]] std::string pipe_report_json(const PipeReport& report);

}  // namespace vacuum
