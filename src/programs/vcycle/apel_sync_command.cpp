#include "programs/vcycle/apel_sync_command.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "adapters/apel/apel_directories.hpp"
#include "reports/apel_record.hpp"

namespace vacuum {
namespace {

/// A file of the archive lies in the day of its machine's end; the days around a month are looked at too, for
/// those of Vcycle 3.0, which named days by the local time.
std::string first_day(Month month) {
  return accounting_day(TimePoint{std::chrono::sys_days{month / 1}} - std::chrono::days{1});
}
std::string last_day(Month month) {
  return accounting_day(TimePoint{std::chrono::sys_days{month / std::chrono::last}} + std::chrono::days{2});
}

/// Without gocdb_sitename a space sends nothing.
SendingSpaces sending_spaces(const Configuration& configuration) {
  SendingSpaces spaces;
  for (const SpaceConfiguration& space : configuration.spaces) {
    if (space.settings.sends_accounting) spaces[space.settings.name] = space.settings.gocdb_sitename;
  }
  return spaces;
}

struct ReadJobs {
  std::vector<ArchivedJob> jobs;
  bool all_read = true;
};

ReadJobs read_jobs(const apel::ApelDirectories& directories, Month month, std::ostream& errors) {
  ReadJobs read;
  const auto fault = [&](const std::string& sentence) {
    errors << "vcycle: " << sentence << "\n";
    read.all_read = false;
  };
  const auto done =
      directories.read_archive(first_day(month), last_day(month), [&](const auto& path, const auto& text) {
        if (!text) return fault(text.error().message);
        auto job = read_job_record(*text);
        if (!job) return fault(fmt::format("{} {}; it is not counted", path, job.error()));
        read.jobs.push_back(std::move(*job));
      });
  if (!done) fault(done.error().message);
  return read;
}

}  // namespace

int run_apel_sync(const ApelSyncOptions& options, TimePoint now, std::ostream& out, std::ostream& errors) {
  const Month month = options.month.value_or(month_of(now - std::chrono::hours{24}));
  const Configuration configuration = DiskConfiguration(options.places).load();
  if (!configuration.parsed) {
    errors << "vcycle: the configuration cannot be read; see 'vcycle check'\n";
    return 1;
  }
  const std::string& given = configuration.daemon.apel_directory;
  const std::string place = given.empty() ? options.places.state_directory : given;
  apel::ApelDirectories directories(std::filesystem::absolute(place).string());
  const ReadJobs read = read_jobs(directories, month, errors);
  const SyncCount count = count_jobs(read.jobs, month, sending_spaces(configuration));
  if (count.not_sent > 0) {
    out << fmt::format("{}: {} records are kept only: their space has no gocdb_sitename, or another one\n",
                       to_string(month), count.not_sent);
  }
  if (count.messages.empty()) out << fmt::format("{}: no records were sent\n", to_string(month));
  bool all_written = true;
  for (const SyncMessage& message : count.messages) {
    out << fmt::format("{}: {} records of {} from {}\n", to_string(month), message.jobs, message.site,
                       message.submit_host);
    if (options.dry_run) continue;
    const auto sent = directories.send(accounting_day(now), sync_key(message), sync_text(message));
    if (sent) continue;
    errors << "vcycle: " << sent.error().message << "\n";
    all_written = false;
  }
  return read.all_read && all_written ? 0 : 1;
}

}  // namespace vacuum
