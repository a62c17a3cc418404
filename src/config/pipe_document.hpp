#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "config/option_value.hpp"

namespace vacuum {

/// How large a pipe may be, and what it may hold. Real pipes have a few tens of entries.
inline constexpr std::size_t kPipeBytesMax = 1u << 20;
inline constexpr std::size_t kPipeEntriesMax = 1000;

/// One option of an entry: text as vcycle.conf would have it, or why it is refused. What is refused counts
/// unless the site gives the option itself: then the machinetype cannot be made (fail closed).
struct PipeOption {
  std::string text;
  std::optional<ValueProblem> refusal;
};

/// Something that a pipe holds and that counts for nothing.
struct PipeRemark {
  std::string option;  ///< empty: the entry, or the pipe, as a whole
  std::string message;
  std::string remedy;
};

/// One element of "machinetypes".
struct PipeEntry {
  std::size_t number = 1;                     ///< its position in the list, from 1
  std::string suffix;                         ///< empty where it has none that can be used
  double target_share = 0;                    ///< as the pipe has it
  std::map<std::string, PipeOption> options;  ///< by name in the option table, without suffix and model
  std::vector<PipeRemark> ignored;            ///< options that a pipe may not give, or that nobody knows

  /// Why no machinetype is made of it, whatever the site gives.
  struct Omission {
    enum class Kind : std::uint8_t {
      not_for_clouds,  ///< a model that Vac runs: as intended
      broken,
    } kind = Kind::broken;
    PipeRemark remark;
  };
  std::optional<Omission> omission;
};

/// A vacuum pipe (spec 2.3), understood as far as it can be.
struct PipeDocument {
  Seconds cache{3600};  ///< how long a copy is good; between kPipeCacheMin and kPipeCacheMax
  double total_share = 0;
  std::vector<PipeEntry> entries;
  std::vector<PipeRemark> remarks;  ///< on the pipe as a whole
};

inline constexpr Seconds kPipeCacheMin{10};
inline constexpr Seconds kPipeCacheMax{7 * 86400};

/// Why a text is no pipe at all.
struct PipeProblem {
  int line = 0;  ///< from 1, where the text cannot be read on; 0: the text as a whole
  std::string message;
  std::string remedy;
};

/// Reads a pipe. Total: any bytes give a document or a problem, and one bad entry harms no other. `pipe_url`
/// is where it came from: the one inside host that its URLs may name. Empty: none.
[[nodiscard]] Result<PipeDocument, PipeProblem> parse_pipe(std::string_view text, std::string_view pipe_url);

}  // namespace vacuum
