#pragma once

#include <functional>
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
  std::function<void()> while_writing = [] {};  ///< what else happens before a call ends

  Async<Result<Done, FileError>> replace(std::string path, std::string content) override {
    if (problem) co_return Failure{FileError{path + ": " + *problem}};
    ++writes;
    while_writing();
    files[path] = std::move(content);
    co_return Done{};
  }
};

}  // namespace vacuum
