#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/diagnostic.hpp"
#include "config/ini.hpp"
#include "config/pipe_document.hpp"
#include "domain/names.hpp"

namespace vacuum {

/// A [vacuum_pipe SPACE PREFIX] as the files have it.
struct PipeSection {
  SpaceName space;
  std::string prefix;
  std::string url;            ///< of the pipe; the file that findings about it name
  double target_share = 0;    ///< of the whole pipe
  const IniSection& section;  ///< with its options for all machinetypes
};

/// One entry of a pipe as a [machinetype SPACE PREFIX-SUFFIX] section.
struct PipeMachinetype {
  const PipeEntry* entry = nullptr;
  std::string name;               ///< PREFIX-SUFFIX; empty where the entry has no suffix
  IniSection section;             ///< by precedence; a value's location tells where it came from
  std::vector<Diagnostic> found;  ///< with an error: no machinetype can be made of it
};

/// [machinetype SPACE NAME] sections in the files, by NAME.
using OwnSections = std::map<std::string, const IniSection*>;

/// Expands a pipe (spec 2.3). For each option, the machinetype's own section counts; then the vacuum_pipe
/// section, then [DEFAULT]; then the pipe's entry. The target_share is the section's, divided in the
/// proportions of the entries' shares.
[[nodiscard]] std::vector<PipeMachinetype> expand_pipe(const PipeSection& pipe, const PipeDocument& document,
                                                       const OwnSections& own);

/// The section that all findings about an entry name: "machinetype SPACE PREFIX-SUFFIX", or "vacuum_pipe
/// SPACE PREFIX" with the entry's number where it has no name.
[[nodiscard]] std::string section_of_entry(const PipeSection& pipe, const PipeEntry& entry);

}  // namespace vacuum
