#include "reports/apel_sync.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "reports/apel_record.hpp"

namespace vacuum {
namespace {

/// The value of the line "KEY: value"; nothing where there is none.
std::optional<std::string> value_of(std::string_view text, std::string_view key) {
  for (const std::string& line : split(text, '\n')) {
    if (line.starts_with(key) && line.size() > key.size() && line[key.size()] == ':')
      return std::string(trim(std::string_view(line).substr(key.size() + 1)));
  }
  return std::nullopt;
}

SpaceName space_of(std::string_view submit_host) {
  return SpaceName{std::string(submit_host.substr(0, submit_host.find('/')))};
}

}  // namespace

std::optional<Month> parse_month(std::string_view text) {
  const bool dashed = text.size() == 7 && text[4] == '-';
  if (!dashed && text.size() != 6) return std::nullopt;
  const std::string_view month_digits = text.substr(dashed ? 5 : 4);
  if (text.substr(0, 4).find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  if (month_digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  const auto year = static_cast<int>(parse_integer(text.substr(0, 4)).value_or(0));
  const auto number = static_cast<unsigned>(parse_integer(month_digits).value_or(0));
  const Month month{std::chrono::year{year}, std::chrono::month{number}};
  return month.ok() && year >= 1970 ? std::optional(month) : std::nullopt;
}

Month month_of(TimePoint time) {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(time)};
  return {day.year(), day.month()};
}

std::string to_string(Month month) {
  return fmt::format("{:04}-{:02}", static_cast<int>(month.year()), static_cast<unsigned>(month.month()));
}

Result<ArchivedJob, std::string> read_job_record(std::string_view text) {
  if (!text.starts_with("APEL-individual-job-message:")) return Failure{std::string("is no job record")};
  const auto site = value_of(text, "Site");
  const auto submit_host = value_of(text, "SubmitHost");
  const auto end = value_of(text, "EndTime");
  const auto ended = end ? parse_integer(*end) : std::nullopt;
  if (!site || site->empty()) return Failure{std::string("has no Site")};
  if (!submit_host || submit_host->empty()) return Failure{std::string("has no SubmitHost")};
  if (!ended || *ended < 0) return Failure{std::string("has no EndTime")};
  if (!text.ends_with("%%\n")) return Failure{std::string("has no end")};
  return ArchivedJob{*site, *submit_host, from_unix(*ended)};
}

SyncCount count_jobs(std::span<const ArchivedJob> jobs, Month month, const SendingSpaces& spaces) {
  SyncCount count;
  std::map<std::pair<std::string, std::string>, int> by_host;
  for (const ArchivedJob& job : jobs) {
    if (month_of(job.ended) != month) continue;
    const auto space = spaces.find(space_of(job.submit_host));
    if (space == spaces.end() || space->second != job.site) {
      ++count.not_sent;
    } else {
      ++by_host[{job.site, job.submit_host}];
    }
  }
  for (const auto& [host, number] : by_host)
    count.messages.push_back({host.first, host.second, month, number});
  return count;
}

std::string sync_text(const SyncMessage& message) {
  return fmt::format(
      "APEL-sync-message: v0.1\nSite: {}\nSubmitHost: {}\nNumberOfJobs: {}\nMonth: {}\nYear: {}\n%%\n",
      message.site, message.submit_host, message.jobs, static_cast<unsigned>(message.month.month()),
      static_cast<int>(message.month.year()));
}

std::string sync_key(const SyncMessage& message) {
  return accounting_key(sync_text(message));
}

}  // namespace vacuum
