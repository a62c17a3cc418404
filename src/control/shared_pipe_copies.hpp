#pragma once

#include <optional>
#include <string>

#include "config/pipe_copy.hpp"
#include "ports/clock.hpp"
#include "ports/file_reader.hpp"
#include "ports/file_writer.hpp"
#include "ports/log.hpp"

namespace vacuum {

/// What the managers of a shared directory fetched of pipes, so that one of them fetches for all. A directory
/// that fails costs no more than a fetch.
class SharedPipeCopies {
 public:
  /// `directory`: the shared one. The ports must outlive it.
  SharedPipeCopies(FileReader& reader, FileWriter& writer, Clock& clock, Log& log, std::string directory)
      : reader_(reader), writer_(writer), clock_(clock), log_(log), directory_(std::move(directory)) {}

  /// What somebody fetched of this URL, as long as the pipe says that it is good; nothing: nobody did.
  Async<std::optional<PipeCopy>> find(SpaceName space, std::string prefix, std::string url);
  /// Leaves what was fetched for the others.
  Async<void> leave(SpaceName space, std::string prefix, PipeCopy copy);

 private:
  FileReader& reader_;
  FileWriter& writer_;
  Clock& clock_;
  Log& log_;
  std::string directory_;
};

}  // namespace vacuum
