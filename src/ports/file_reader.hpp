#pragma once

#include <string>

#include "base/result.hpp"
#include "ports/async.hpp"

namespace vacuum {

struct FileError {
  std::string message;  ///< names the path and what the system said
};

/// Small local files: templates of user_data, public keys.
class FileReader {
 public:
  virtual ~FileReader() = default;
  /// The whole file; one of more than `max_bytes` is an error.
  virtual Async<Result<std::string, FileError>> read(std::string path, std::size_t max_bytes) = 0;
};

}  // namespace vacuum
