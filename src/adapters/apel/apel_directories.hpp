#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "adapters/apel/durable_files.hpp"
#include "ports/accounting_sink.hpp"

namespace vacuum::apel {

/// The directories of accounting below a state directory (spec 5 and 8), and all blocking work on them:
///
///     apel-archive/YYYYMMDD/KEY     every record, kept
///     apel-outgoing/YYYYMMDD/KEY    what APEL's SSM is to send, and removes when it has
///     apel-staging/YYYYMMDD.KEY.HOW a record on its way
///
/// A record goes these ways one after the other, each step whole or not done: it is staged unless the archive
/// has it; the archive gets it; it is renamed to apel-outgoing, or dropped. So a staged file always has the
/// rest of its way to go, and a record in the archive without one has gone it, whether SSM has sent it or
/// not. A crash at any point, and any number of repeats, leave one record.
///
/// One process at a time may record below a state directory. May be called on any thread.
class ApelDirectories {
 public:
  explicit ApelDirectories(std::string state_directory) : state_(std::move(state_directory)) {}

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
  struct Staged;

  [[nodiscard]] std::string path(std::string_view part) const;
  [[nodiscard]] StoreResult<Done> make_parts() const;
  [[nodiscard]] StoreResult<Done> take_all_forward() const;
  [[nodiscard]] StoreResult<Done> take_forward(const Staged& staged) const;
  [[nodiscard]] StoreResult<Done> archive(const Staged& staged) const;
  [[nodiscard]] StoreResult<Done> move_out(const std::string& staged_name, const std::string& day,
                                           const std::string& key) const;
  [[nodiscard]] StoreResult<bool> is_archived(const AccountingRecord& record) const;
  [[nodiscard]] StoreResult<Done> stage(const std::string& name, std::string_view text) const;

  std::mutex one_at_a_time_;
  std::string state_;
};

}  // namespace vacuum::apel
