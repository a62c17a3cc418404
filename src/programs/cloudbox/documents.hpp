#pragma once

#include <filesystem>
#include <string_view>

#include "ports/http_service.hpp"

namespace vacuum::cloudbox {

/// The files of a folder, as a web server has them below /www/: pipes, templates of user_data, images. With
/// Last-Modified; If-Modified-Since and a Range of one part (with If-Range) are honoured.
class Documents {
 public:
  explicit Documents(std::filesystem::path root) : root_(std::move(root)) {}

  /// Answers GET and HEAD of `path`, which begins with /www/. Names that could lead out of the folder, or
  /// begin with a dot, are not found.
  [[nodiscard]] ServedResponse answer(const ServedRequest& request, std::string_view path) const;

  /// A larger file is refused: documents are read as a whole.
  static constexpr std::uintmax_t kMostBytes = 256u << 20;

 private:
  std::filesystem::path root_;
};

}  // namespace vacuum::cloudbox
