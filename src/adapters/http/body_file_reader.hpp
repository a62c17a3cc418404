#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace vacuum {

/// The file that is sent as the body of a request. Blocks on the disk.
class BodyFileReader {
 public:
  explicit BodyFileReader(const std::string& path);
  ~BodyFileReader();
  BodyFileReader(const BodyFileReader&) = delete;
  BodyFileReader& operator=(const BodyFileReader&) = delete;

  [[nodiscard]] std::int64_t size_bytes() const { return size_bytes_; }
  /// Fills the place with what comes next; the number of bytes (0 at the end), or nothing: see problem().
  std::optional<std::size_t> read(std::span<char> into);
  /// Why the file cannot be sent; empty where it can.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  void note_problem(const std::string& what);

  std::string path_;
  int descriptor_;
  std::int64_t size_bytes_ = 0;
  std::string problem_;
};

}  // namespace vacuum
