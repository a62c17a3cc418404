#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "adapters/apel/durable_files.hpp"
#include "ports/accounting_sink.hpp"

namespace vacuum::apel {

struct StagedRecord;

/// The directories of accounting (spec 5 and 8), and all blocking work on them:
///
///     apel-archive/YYYYMMDD/KEY              every record, kept
///     apel-outgoing/YYYYMMDD/KEY             what APEL's SSM is to send, and removes when it has
///     apel-staging/YYYYMMDD.KEY.HOW.SUFFIX   a record on its way
///     apel-claims/KK/KEY                     which staged file is the machine's record
///
/// A record goes these ways one after the other, each step whole or not done: it is staged unless the archive
/// has it; it claims the machine, which only one can; the archive gets it; it is renamed to apel-outgoing, or
/// dropped. So a staged file always has the rest of its way to go, a claim whose staged file is gone has gone
/// it, whether SSM has sent it or not, and a staged file that lost is dropped. A crash at any point, any
/// number of repeats, and any number of processes on any hosts that record the same machine leave one record.
/// Claims are kept far longer than any machine waits for its record.
///
/// May be called on any thread, and by several processes at once on one directory.
class ApelDirectories {
 public:
  /// `directory`: absolute; where the directories are.
  explicit ApelDirectories(std::string directory) : root_(std::move(directory)) {}

  /// Keeps a record, and sends it where it says so. Done already is fine.
  [[nodiscard]] StoreResult<Done> record(const AccountingRecord& record);

  /// Hands SSM a message that is not kept; one of the same name that still waits is replaced.
  [[nodiscard]] StoreResult<Done> send(const std::string& day, const std::string& key, std::string_view text);

  /// Shows each record of the archive from `first_day` to `last_day`, by its path and its text, or why it
  /// could not be read.
  [[nodiscard]] StoreResult<Done> read_archive(
      const std::string& first_day, const std::string& last_day,
      const std::function<void(const std::string& path, const StoreResult<std::string>& text)>& show) const;

 private:
  [[nodiscard]] std::string path(std::string_view part) const;
  [[nodiscard]] StoreResult<Done> make_parts() const;
  [[nodiscard]] StoreResult<Done> clean_up(const std::string& key);
  [[nodiscard]] StoreResult<Done> take_all_forward() const;
  [[nodiscard]] StoreResult<Done> take_forward(const StagedRecord& staged) const;
  [[nodiscard]] StoreResult<std::string> claimed_for(const StagedRecord& staged) const;
  [[nodiscard]] StoreResult<bool> is_claimed(const std::string& key) const;
  [[nodiscard]] StoreResult<bool> archive(const StagedRecord& staged) const;
  [[nodiscard]] StoreResult<Done> move_out(const std::string& from, const std::string& name,
                                           const std::string& day, const std::string& key) const;
  [[nodiscard]] StoreResult<bool> is_archived(const AccountingRecord& record) const;
  [[nodiscard]] StoreResult<Done> stage(const std::string& name, std::string_view text) const;

  std::mutex one_at_a_time_;
  std::string root_;
  std::uint64_t records_ = 0;
};

}  // namespace vacuum::apel
