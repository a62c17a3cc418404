#include "adapters/http/answer_file_writer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum {
namespace {

Failure<HttpFailure> system_failure(const std::string& path) {
  const std::error_code error(errno, std::generic_category());
  return Failure{HttpFailure{HttpFailureKind::local_file, fmt::format("{}: {}", path, error.message())}};
}

Failure<HttpFailure> too_long(std::int64_t bytes, std::int64_t max_bytes) {
  return Failure{HttpFailure{
      HttpFailureKind::too_long,
      fmt::format("the answer of {} bytes is longer than the {} that are allowed", bytes, max_bytes)}};
}

/// Where the part of a 206 begins: "bytes 100-199/200".
std::optional<std::int64_t> first_byte(const HttpHeaders& headers) {
  std::string_view range = header_value(headers, "Content-Range");
  constexpr std::string_view kUnit = "bytes ";
  if (!range.starts_with(kUnit)) return std::nullopt;
  range.remove_prefix(kUnit.size());
  return parse_integer(range.substr(0, range.find('-')));
}

}  // namespace

AnswerFileWriter::~AnswerFileWriter() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<Done, HttpFailure> AnswerFileWriter::begin(int status, const HttpHeaders& headers,
                                                  std::int64_t announced_bytes) {
  const int opened = open(file_.path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_APPEND, 0600);
  if (opened < 0) return system_failure(file_.path);
  descriptor_ = opened;
  if (status == 206) {
    auto continued = continue_at_end(headers);
    if (!continued) return continued;
  }
  const std::int64_t whole = announced_bytes < 0 ? size_bytes_ : size_bytes_ + announced_bytes;
  if (progress_) {
    progress_->done_bytes = size_bytes_;
    progress_->total_bytes = announced_bytes < 0 ? 0 : whole;
  }
  if (whole > file_.max_bytes) return too_long(whole, file_.max_bytes);
  if (status != 200) return Done{};
  const std::string& required = file_.required_header;
  if (!required.empty() && header_value(headers, required).empty()) {
    return Failure{HttpFailure{HttpFailureKind::not_allowed, "the server sends no " + required}};
  }
  if (ftruncate(descriptor_, 0) != 0) return system_failure(file_.path);
  return keep_head(headers);
}

/// The body is empty when the head changes: a crash between the two leaves nothing to be continued.
Result<Done, HttpFailure> AnswerFileWriter::keep_head(const HttpHeaders& headers) const {
  if (file_.head_path.empty()) return Done{};
  std::ofstream stream(file_.head_path, std::ios::trunc);
  for (const auto& [name, value] : headers) stream << name << ": " << value << "\n";
  stream.close();
  if (stream) return Done{};
  return system_failure(file_.head_path);
}

Result<Done, HttpFailure> AnswerFileWriter::continue_at_end(const HttpHeaders& headers) {
  size_bytes_ = lseek(descriptor_, 0, SEEK_END);
  if (size_bytes_ < 0) return system_failure(file_.path);
  if (first_byte(headers) == size_bytes_) return Done{};
  return Failure{
      HttpFailure{HttpFailureKind::answer_lost,
                  fmt::format("the server answered another part (\"{}\") than the one from byte {} on",
                              printable(header_value(headers, "Content-Range"), 80), size_bytes_)}};
}

Result<Done, HttpFailure> AnswerFileWriter::take(std::string_view part) {
  const auto whole = size_bytes_ + static_cast<std::int64_t>(part.size());
  if (whole > file_.max_bytes) return too_long(whole, file_.max_bytes);
  while (!part.empty()) {
    const ssize_t written = write(descriptor_, part.data(), part.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_failure(file_.path);
    part.remove_prefix(static_cast<std::size_t>(written));
  }
  size_bytes_ = whole;
  if (progress_) progress_->done_bytes = whole;
  return Done{};
}

}  // namespace vacuum
