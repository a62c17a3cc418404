#include "wire/uploads.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "wire/answers.hpp"

namespace vacuum::wire {
namespace {

constexpr const char* kOver = "there is no such machine, or its life is over";
constexpr int kRetrySeconds = 10;

/// The token of "Authorization: Bearer TOKEN"; empty where there is none.
std::string_view token_of(const ServedRequest& request) {
  constexpr std::string_view kScheme = "bearer ";
  const std::string_view value = header_of(request, "Authorization");
  if (value.size() <= kScheme.size() || to_lower(value.substr(0, kScheme.size())) != kScheme) return {};
  return trim(value.substr(kScheme.size()));
}

ServedResponse later(int status, std::string_view sentence, int seconds) {
  ServedResponse answer = words(status, sentence);
  answer.headers.emplace_back("Retry-After", fmt::format("{}", seconds));
  return answer;
}

ServedResponse too_large(const MachineView& view) {
  return words(413, fmt::format("a file may have {} bytes here", view.limits.file_bytes));
}

/// What the disk said becomes an answer that names no path, and a line for the admin where it is of concern.
ServedResponse answer_to(const FilesError& error, const MachineView& view) {
  switch (error.decision) {
    case FilesDecision::absent:
      return words(403, kOver);
    case FilesDecision::machine_full:
      return words(
          507, fmt::format("all files of a machine may have {} bytes together", view.limits.machine_bytes));
    case FilesDecision::too_many_files:
      return words(507, fmt::format("a machine may leave {} files", view.limits.files));
    case FilesDecision::disk_full:
      view.log.error("an output of a machine is lost: {}", error.message);
      return words(507, "there is no room left on this site's disk");
    case FilesDecision::try_later:
      break;
  }
  view.log.error("an output of a machine is refused: {}", error.message);
  return later(503, "this site's disk does not answer; try again", kRetrySeconds);
}

/// Why nothing that the client showed is enough.
std::string reason_for_refusal(const ServedRequest& request, const OutputRule& rule, bool token_shown) {
  if (request.client_dn && rule.https_x509dn.empty())
    return "no client certificate may write for this machine; its token may";
  if (request.client_dn)
    return fmt::format("{} may not write for this machine", printable(*request.client_dn));
  if (!request.client_problem.empty())
    return fmt::format("the client certificate is not accepted: {}", printable(request.client_problem));
  if (token_shown) return "the token is not that of this machine";
  return "show the machine's token (Authorization: Bearer …) or a client certificate";
}

/// What is wrong with the request itself, whoever sends it.
std::optional<ServedResponse> fault_of(const ServedRequest& request, const UploadPlace& place,
                                       const MachineView& view) {
  if (!is_output_name(place.file))
    return words(400, "a file's name has 1 to 200 of A-Z a-z 0-9 . _ - and no dot in front");
  if (!header_of(request, "Content-Range").empty())
    return words(400, "files are written whole, not in ranges");
  const auto length = parse_integer(header_of(request, "Content-Length"));
  if (length && *length > static_cast<std::int64_t>(view.limits.file_bytes)) return too_large(view);
  return std::nullopt;
}

}  // namespace

std::variant<std::string, ServedResponse> judge_upload(const ServedRequest& request, const UploadPlace& place,
                                                       const MachineView& view) {
  if (!request.over_tls) return words(403, "files are taken over HTTPS only");
  if (!is_space_name(place.space.text()) || !is_machine_name(place.machine.text())) return words(403, kOver);
  const auto rule = view.files.output_rule(place.space, place.machine);
  if (!rule) return answer_to(rule.error(), view);
  if (rule->is_over) return words(403, kOver);
  const std::string_view token = token_of(request);
  const bool by_token = !token.empty() && view.is_token && view.is_token(place.space, place.machine, token);
  const bool by_name = request.client_dn && !rule->https_x509dn.empty() && view.dn_matches &&
                       view.dn_matches(rule->https_x509dn, *request.client_dn);
  if (!by_token && !by_name) return words(403, reason_for_refusal(request, *rule, !token.empty()));
  std::string identity = by_token ? "token" : *request.client_dn;
  if (auto fault = fault_of(request, place, view)) {
    fault->identity = std::move(identity);
    return std::move(*fault);
  }
  return identity;
}

ServedResponse store_upload(const ServedRequest& request, const UploadPlace& place, std::string identity,
                            const MachineView& view, Milliseconds now) {
  ServedResponse answer;
  if (request.body.size() > view.limits.file_bytes) {
    answer = too_large(view);
  } else if (!view.rates.take(fmt::format("{}/{}", place.space, place.machine), now)) {
    answer = later(429, "this machine writes too often", view.rates.seconds_for_one());
  } else {
    const auto stored =
        view.files.write_output(place.space, place.machine, place.file, request.body, view.limits);
    if (!stored) {
      answer = answer_to(stored.error(), view);
    } else {
      answer.status = *stored == OutputChange::made ? 201 : 204;
    }
  }
  answer.identity = std::move(identity);
  return answer;
}

}  // namespace vacuum::wire
