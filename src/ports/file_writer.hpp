#pragma once

#include <string>

#include "base/result.hpp"
#include "ports/async.hpp"
#include "ports/file_reader.hpp"

namespace vacuum {

/// Small files of this manager that are replaced whole.
class FileWriter {
 public:
  virtual ~FileWriter() = default;
  /// Replaces the file at an absolute path, or makes it with the directories that it needs, in one atomic
  /// step: after a crash it is as before or as after. Everybody may read it: not for secrets.
  virtual Async<Result<Done, FileError>> replace(std::string path, std::string content) = 0;
};

}  // namespace vacuum
