#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "domain/names.hpp"

namespace vacuum {

using Month = std::chrono::year_month;

/// "2026-11" or "202611"; nothing for any other text.
[[nodiscard]] std::optional<Month> parse_month(std::string_view text);
/// The month (UTC) that a time lies in.
[[nodiscard]] Month month_of(TimePoint time);
/// "2026-11".
[[nodiscard]] std::string to_string(Month month);

/// What a sync message needs to know of an archived record.
struct ArchivedJob {
  std::string site;
  std::string submit_host;  ///< SPACE/vcycle-HOST
  TimePoint ended{};
};

/// Reads an archived record. The error says what it lacks.
[[nodiscard]] Result<ArchivedJob, std::string> read_job_record(std::string_view text);

/// How many records of a month APEL should have from a submit host (spec 8).
struct SyncMessage {
  std::string site;
  std::string submit_host;
  Month month{};
  int jobs = 0;
};

/// The sites under which spaces send their records: gocdb_sitename of those that have one.
using SendingSpaces = std::map<SpaceName, std::string>;

struct SyncCount {
  std::vector<SyncMessage> messages;  ///< one for each submit host that sends, in the order of their names
  int not_sent = 0;  ///< records of the month whose space sends none now, or sends under another site
};

/// Counts the records that ended in `month`. One counts where its space sends records under the record's own
/// site: what was kept before gocdb_sitename was set was never sent.
[[nodiscard]] SyncCount count_jobs(std::span<const ArchivedJob> jobs, Month month,
                                   const SendingSpaces& spaces);

/// The message as an APEL sync message v0.1, ended by a line "%%".
[[nodiscard]] std::string sync_text(const SyncMessage& message);
/// The name of its file: the same message, the same name.
[[nodiscard]] std::string sync_key(const SyncMessage& message);

}  // namespace vacuum
