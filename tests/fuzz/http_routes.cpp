// Requests to the service for VMs: a method, a target, a line of headers each, an empty line, the body.
#include "wire/machine_routes.hpp"

#include "base/text.hpp"
#include "fuzz.hpp"
#include "ports/testing/fake_log.hpp"
#include "wire/target.hpp"

namespace vacuum::fuzz {
namespace {

constexpr std::string_view kToken = "the-token-of-the-machine";
constexpr std::string_view kDn = "/DC=org/CN=pilot";

/// One machine, whose names it checks: nothing else may be asked for.
class OneMachine final : public MachineFiles {
 public:
  FilesResult<std::string> feature(const SpaceName& space, const MachineName& machine, FeatureFolder,
                                   const std::string& key) override {
    look_at(space.text(), machine.text());
    require(is_output_name(key), "a key is one component of a path");
    return known(machine) ? FilesResult<std::string>("1\n") : absent();
  }
  FilesResult<std::vector<std::string>> feature_keys(const SpaceName& space, const MachineName& machine,
                                                     FeatureFolder) override {
    look_at(space.text(), machine.text());
    if (!known(machine)) return absent();
    return std::vector<std::string>{"total_cpu"};
  }
  FilesResult<std::string> heartbeat_list(const SpaceName& space,
                                          const MachinetypeName& machinetype) override {
    look_at(space.text(), machinetype.text());
    return absent();
  }
  FilesResult<OutputRule> output_rule(const SpaceName& space, const MachineName& machine) override {
    look_at(space.text(), machine.text());
    if (!known(machine)) return absent();
    return OutputRule{.https_x509dn = std::string(kDn), .is_over = false};
  }
  FilesResult<OutputChange> write_output(const SpaceName& space, const MachineName& machine,
                                         const std::string& file, const std::string& content,
                                         const OutputLimits& limits) override {
    look_at(space.text(), machine.text());
    require(is_output_name(file), "a file is one component of a path");
    require(content.size() <= limits.file_bytes, "no file is larger than allowed");
    require(known(machine), "nobody writes for a machine that is not there");
    ++written;
    return OutputChange::made;
  }

  int written = 0;

 private:
  static Failure<FilesError> absent() { return Failure{FilesError{FilesDecision::absent, "no such file"}}; }
  static bool known(const MachineName& machine) { return machine.text() == "vcycle-m-0123456789"; }
  static void look_at(std::string_view space, std::string_view name) {
    for (const std::string_view part : {space, name}) {
      require(!part.empty() && part.front() != '.', "a name leads nowhere else");
      require(part.find_first_of(std::string_view("/\0", 2)) == std::string_view::npos,
              "a name is one component of a path");
    }
  }
};

ServedRequest request_in(std::string_view data) {
  ServedRequest request;
  const auto next_line = [&data] {
    const auto end = std::min(data.find('\n'), data.size());
    const std::string_view line = data.substr(0, end);
    data.remove_prefix(std::min(end + 1, data.size()));
    return line;
  };
  const std::string_view first = next_line();
  const auto space = std::min(first.find(' '), first.size());
  request.method = first.substr(0, space);
  request.target = first.substr(std::min(space + 1, first.size()));
  while (!data.empty()) {
    const std::string_view line = next_line();
    if (line.empty()) break;
    const auto colon = std::min(line.find(':'), line.size());
    request.headers.emplace_back(line.substr(0, colon), trim(line.substr(std::min(colon + 1, line.size()))));
  }
  request.body = data;
  request.peer = "192.0.2.1";
  return request;
}

bool has_token(const ServedRequest& request) {
  return header_value(request.headers, "Authorization").find(kToken) != std::string_view::npos;
}

}  // namespace

void try_input(std::string_view data) {
  ServedRequest request = request_in(data);
  if (const auto target = wire::parse_target(request.target))
    for (const std::string& part : target->parts)
      require(!part.empty() && part != "." && part != ".." && part.find('/') == std::string::npos,
              "no part of a target leads elsewhere");
  for (const bool over_tls : {false, true}) {
    request.over_tls = over_tls;
    OneMachine files;
    FakeLog log;
    wire::UploadRates rates(1000);
    const wire::MachineView view{
        .files = files,
        .log = log,
        .limits = {.file_bytes = 1000, .machine_bytes = 2000, .files = 5},
        .rates = rates,
        .is_token = [](const SpaceName&, const MachineName& machine,
                       std::string_view token) { return token == kToken && !machine.empty(); },
        .dn_matches = [](std::string_view, std::string_view) { return false; }};
    const ServedResponse response = wire::serve_machine_files(request, view, Milliseconds{1000});
    require(response.status >= 200 && response.status < 600, "each request has an answer");
    require(response.body.find(kToken) == std::string::npos, "no answer holds a token");
    if (files.written > 0) {
      require(over_tls && has_token(request) && request.method == "PUT", "only who may writes");
      require(response.status >= 200 && response.status < 300, "what was written is told so");
      require(!wire::refuse_before_body(request, view), "what is carried out was not refused before");
    }
    for (const auto& line : log.lines())
      require(line.text.find(kToken) == std::string::npos, "no line of the log holds a token");
  }
}

}  // namespace vacuum::fuzz
