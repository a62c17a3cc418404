#pragma once

#include <string>

#include "base/time.hpp"
#include "domain/names.hpp"

namespace vacuum {

/// What an accounting record tells of a finished machine (spec 8).
struct JobRecord {
  std::string site;  ///< gocdb_sitename, or its default
  SpaceName space;
  ManagerName manager;  ///< that writes the record
  ServerId server_id;   ///< the cloud's id; where it was never learnt the machine's name takes its place
  MachineName machine;
  MachinetypeName machinetype;
  std::string fqan;  ///< empty for none
  TimePoint started{};
  TimePoint stopped{};
  int processors = 1;
  int memory_mb = 0;                ///< 0 where not known: the record has no memory then
  double hs06_per_processor = 1.0;  ///< the service level of a machine whose HS06 is not known is 1.0
};

/// The record as an APEL individual job message v0.3, ended by a line "%%". Every value is one line.
[[nodiscard]] std::string job_record_text(const JobRecord& record);

/// What names a machine's record for ever, in all directories: 14 hexadecimal digits, as the directory queue
/// of APEL's SSM wants its files named. Two machines have two keys, but for a chance of 1 in 2^56.
[[nodiscard]] std::string job_record_key(const SpaceName& space, const MachineName& machine);

/// YYYYMMDD (UTC): the directory of a record. Eight hexadecimal digits, as SSM wants directories named.
[[nodiscard]] std::string accounting_day(TimePoint time);

/// The name that a text has for ever: the first 14 hexadecimal digits of its SHA-256.
[[nodiscard]] std::string accounting_key(const std::string& text);

}  // namespace vacuum
