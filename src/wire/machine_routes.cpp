#include "wire/machine_routes.hpp"

#include "wire/answers.hpp"
#include "wire/target.hpp"
#include "wire/uploads.hpp"

namespace vacuum::wire {
namespace {

using Parts = std::vector<std::string>;

constexpr const char* kReading = "GET, HEAD";

bool reads(const ServedRequest& request) {
  return request.method == "GET" || request.method == "HEAD";
}

std::optional<FeatureFolder> feature_folder(std::string_view name) {
  for (const FeatureFolder folder : {FeatureFolder::machine_features, FeatureFolder::job_features})
    if (name == to_string(folder)) return folder;
  return std::nullopt;
}

ServedResponse answer_to(const FilesError& error, const MachineView& view) {
  if (error.decision == FilesDecision::absent) return nothing_there();
  view.log.error("a machine's question stays without an answer: {}", error.message);
  ServedResponse answer = words(503, "this site's disk does not answer; try again");
  answer.headers.emplace_back("Retry-After", "10");
  return answer;
}

ServedResponse text_or_error(FilesResult<std::string> content, const MachineView& view) {
  return content ? text_answer(std::move(*content)) : answer_to(content.error(), view);
}

ServedResponse list_features(const SpaceName& space, const MachineName& machine, FeatureFolder folder,
                             const MachineView& view) {
  const auto keys = view.files.feature_keys(space, machine, folder);
  if (!keys) return answer_to(keys.error(), view);
  std::string lines;
  for (const std::string& key : *keys) lines += key + "\n";
  return text_answer(std::move(lines));
}

/// /machines/SPACE/MACHINE/FOLDER[/KEY]
ServedResponse serve_features(const ServedRequest& request, const Parts& parts, FeatureFolder folder,
                              const MachineView& view) {
  if (!reads(request)) return only(kReading);
  if (!is_space_name(parts[1]) || !is_machine_name(parts[2])) return nothing_there();
  const SpaceName space{parts[1]};
  const MachineName machine{parts[2]};
  if (parts.size() == 4) return list_features(space, machine, folder, view);
  if (!is_output_name(parts[4])) return nothing_there();
  return text_or_error(view.files.feature(space, machine, folder, parts[4]), view);
}

ServedResponse serve_heartbeat_list(const ServedRequest& request, const Parts& parts,
                                    const MachineView& view) {
  if (!reads(request)) return only(kReading);
  if (!is_space_name(parts[1]) || !is_machinetype_name(parts[2])) return nothing_there();
  return text_or_error(view.files.heartbeat_list(SpaceName{parts[1]}, MachinetypeName{parts[2]}), view);
}

std::optional<UploadPlace> upload_place(const Parts& parts) {
  if (parts.size() != 5 || parts[0] != "machines" || parts[3] != "joboutputs") return std::nullopt;
  return UploadPlace{SpaceName{parts[1]}, MachineName{parts[2]}, parts[4]};
}

}  // namespace

ServedResponse serve_machine_files(const ServedRequest& request, const MachineView& view, Milliseconds now) {
  const auto target = parse_target(request.target);
  if (!target) return words(400, target.error());
  const Parts& parts = target->parts;
  if (const auto place = upload_place(parts)) {
    if (reads(request)) return nothing_there();  // what a VM wrote is not for others to read
    if (request.method != "PUT") return only("PUT");
    auto judged = judge_upload(request, *place, view);
    if (auto* refusal = std::get_if<ServedResponse>(&judged)) return std::move(*refusal);
    return store_upload(request, *place, std::move(std::get<std::string>(judged)), view, now);
  }
  if (parts.size() == 3 && parts[0] == "heartbeatlists") return serve_heartbeat_list(request, parts, view);
  if ((parts.size() == 4 || parts.size() == 5) && parts[0] == "machines") {
    if (const auto folder = feature_folder(parts[3])) return serve_features(request, parts, *folder, view);
  }
  return reads(request) ? nothing_there() : only(kReading);
}

std::optional<ServedResponse> refuse_before_body(const ServedRequest& head, const MachineView& view) {
  const auto target = parse_target(head.target);
  if (!target) return words(400, target.error());
  const auto place = upload_place(target->parts);
  if (!place || head.method != "PUT") return only(place ? "PUT" : kReading);  // nothing else has a body
  auto judged = judge_upload(head, *place, view);
  if (auto* refusal = std::get_if<ServedResponse>(&judged)) return std::move(*refusal);
  return std::nullopt;
}

}  // namespace vacuum::wire
