#pragma once

#include <map>
#include <string>

#include "ports/file_reader.hpp"

namespace vacuum {

/// Files in a map, for tests.
class MapFileReader final : public FileReader {
 public:
  std::map<std::string, std::string> files;  ///< by path

  Async<Result<std::string, FileError>> read(std::string path, std::size_t) override {
    const auto found = files.find(path);
    if (found == files.end()) co_return Failure{FileError{path + ": No such file or directory"}};
    co_return found->second;
  }
};

}  // namespace vacuum
