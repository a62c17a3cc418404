#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "ports/file_writer.hpp"

namespace vacuum {

/// Keeps files in a map.
class FakeFileWriter final : public FileWriter {
 public:
  std::map<std::string, std::string> files;  ///< by path
  std::optional<std::string> problem;        ///< while set, every call fails with it
  int writes = 0;

  Async<Result<Done, FileError>> replace(std::string path, std::string content) override {
    if (problem) co_return Failure{FileError{path + ": " + *problem}};
    ++writes;
    files[path] = std::move(content);
    co_return Done{};
  }
};

}  // namespace vacuum
