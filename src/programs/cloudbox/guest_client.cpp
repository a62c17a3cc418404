#include "programs/cloudbox/guest_client.hpp"

#include <array>
#include <span>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/text.hpp"

namespace vacuum::cloudbox {
namespace {

constexpr Milliseconds kTimeout{15'000};
constexpr Milliseconds kFirstPause{500};  ///< before a PUT is repeated; doubled each time
constexpr int kTries = 4;
constexpr std::size_t kFeatureBytes = 4096;

// What HSF-TN-2016-02 has for a VM to find.
constexpr std::array kMachineKeys = {"total_cpu", "hs06", "shutdowntime", "grace_secs", "jobslots"};
constexpr std::array kJobKeys = {"allocated_cpu",   "hs06_job",       "shutdowntime_job", "jobstart_secs",
                                 "wall_limit_secs", "cpu_limit_secs", "max_rss_bytes",    "job_id"};

constexpr std::array kMachineTimes = {"shutdowntime"};
constexpr std::array kJobTimes = {"shutdowntime_job"};

bool is_passing(const Result<HttpResponse, HttpFailure>& answer) {
  if (!answer) return answer.error().kind != HttpFailureKind::not_allowed;
  return answer->status >= 500 || answer->status == 429;
}

bool is_done(const Result<HttpResponse, HttpFailure>& answer) {
  return answer && answer->status >= 200 && answer->status < 300;
}

/// Why a request did not succeed, for people. URLs hold no secret.
std::string told(const HttpRequest& request, const Result<HttpResponse, HttpFailure>& answer) {
  return fmt::format("{} {}: {}", request.method, request.url,
                     answer ? fmt::format("status {}", answer->status) : answer.error().message);
}

}  // namespace

void GuestClient::note(std::uint64_t& count, std::string failure) {
  ++count;
  traffic_.last_failure = printable(failure);
}

sim::Sending GuestClient::put(const sim::CloudServer& server, std::string_view file,
                              std::string_view content) {
  if (server.contact.joboutputs.empty()) return sim::Sending::ended;
  Errand errand{server.serial, file};
  if (under_way_.contains(errand)) return sim::Sending::under_way;
  if (under_way_.size() >= kMostUnderWay) {
    note(traffic_.files_failed, "too many requests of guests are under way");
    return sim::Sending::ended;
  }
  HttpRequest request{.method = "PUT",
                      .url = server.contact.joboutputs + "/" + std::string(file),
                      .headers = {{"Content-Type", "text/plain"}},
                      .body = std::string(content),
                      .timeout = kTimeout,
                      .max_answer_bytes = kFeatureBytes};
  if (!server.contact.token.empty() && request.url.starts_with("https://"))
    request.headers.emplace_back("Authorization", "Bearer " + server.contact.token.reveal());
  under_way_.insert(errand);
  boost::asio::co_spawn(executor_, send(std::move(errand), std::move(request)), boost::asio::detached);
  return sim::Sending::under_way;
}

Async<void> GuestClient::send(Errand errand, HttpRequest request) {
  Milliseconds pause = kFirstPause;
  for (int tries = 1;; ++tries) {
    HttpRequest copy = request;
    const auto answer = co_await http_.send(std::move(copy));
    if (is_done(answer)) {
      ++traffic_.files_sent;
      break;
    }
    if (!is_passing(answer) || tries == kTries) {
      note(traffic_.files_failed, told(request, answer));
      break;
    }
    ++traffic_.repeats;
    co_await wait_(pause);
    pause *= 2;
  }
  under_way_.erase(errand);
  if (listener_.sent) listener_.sent(errand.first, errand.second);
}

void GuestClient::ask_features(const sim::CloudServer& server, sim::Look look) {
  if (server.contact.machinefeatures.empty() && server.contact.jobfeatures.empty()) return;
  Errand errand{server.serial, {}};
  if (under_way_.contains(errand)) return;
  if (under_way_.size() >= kMostUnderWay)
    return note(traffic_.features_failed, "too many requests of guests are under way");
  under_way_.insert(errand);
  boost::asio::co_spawn(executor_, read_features(std::move(errand), server.contact, look),
                        boost::asio::detached);
}

Async<void> GuestClient::read_features(Errand errand, sim::GuestContact contact, sim::Look look) {
  const bool all = look == sim::Look::at_everything;
  const Keys machine_keys = all ? Keys(kMachineKeys) : Keys(kMachineTimes);
  const Keys job_keys = all ? Keys(kJobKeys) : Keys(kJobTimes);
  sim::GuestFeatures features;
  features.machine = co_await read_keys(contact.machinefeatures, machine_keys);
  features.job = co_await read_keys(contact.jobfeatures, job_keys);
  under_way_.erase(errand);
  const bool found_any = !features.machine.empty() || !features.job.empty();
  if (found_any && listener_.learned) listener_.learned(errand.first, features);
}

Async<std::map<std::string, std::string>> GuestClient::read_keys(std::string url, Keys keys) {
  std::map<std::string, std::string> values;
  if (url.empty()) co_return values;
  for (const char* key : keys) {
    HttpRequest request{
        .url = fmt::format("{}/{}", url, key), .timeout = kTimeout, .max_answer_bytes = kFeatureBytes};
    HttpRequest copy = request;
    const auto answer = co_await http_.send(std::move(copy));
    if (is_done(answer)) {
      ++traffic_.features_read;
      values[key] = std::string(trim(answer->body));
    } else if (!answer || answer->status != 404) {  // 404: no such value, as the specification has it
      note(traffic_.features_failed, told(request, answer));
      co_return values;
    }
  }
  co_return values;
}

}  // namespace vacuum::cloudbox
