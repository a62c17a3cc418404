#pragma once

#include <memory>
#include <string_view>

#include "ports/http_client.hpp"

namespace vacuum {

/// The file that the body of an answer goes to. Blocks on the disk.
class AnswerFileWriter {
 public:
  AnswerFileWriter(AnswerFile file, std::shared_ptr<TransferProgress> progress)
      : file_(std::move(file)), progress_(std::move(progress)) {}
  ~AnswerFileWriter();
  AnswerFileWriter(const AnswerFileWriter&) = delete;
  AnswerFileWriter& operator=(const AnswerFileWriter&) = delete;

  /// Whether the body of an answer of this status goes to the file.
  [[nodiscard]] static bool is_for(int status) { return status == 200 || status == 206; }
  [[nodiscard]] bool has_begun() const { return descriptor_ >= 0; }

  /// Before the first byte of the body. `announced_bytes` of the body; below 0: the server did not tell.
  Result<Done, HttpFailure> begin(int status, const HttpHeaders& headers, std::int64_t announced_bytes);
  Result<Done, HttpFailure> take(std::string_view part);

 private:
  Result<Done, HttpFailure> continue_at_end(const HttpHeaders& headers);
  [[nodiscard]] Result<Done, HttpFailure> keep_head(const HttpHeaders& headers) const;

  AnswerFile file_;
  std::shared_ptr<TransferProgress> progress_;
  int descriptor_ = -1;
  std::int64_t size_bytes_ = 0;
};

}  // namespace vacuum
