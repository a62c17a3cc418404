#pragma once

#include <cstdint>
#include <string>

#include "ports/async.hpp"
#include "ports/machine_store.hpp"

namespace vacuum {

/// An accounting record on its way out (spec 8).
struct AccountingRecord {
  std::string key;  ///< names the machine for ever: the same machine, the same key; 14 hexadecimal digits
  std::string day;  ///< YYYYMMDD of the machine's end, UTC
  std::string not_before;  ///< YYYYMMDD: the machine's life began then; no earlier record of it is older
  std::string text;
  enum class Sending : std::uint8_t { send, archive_only } sending = Sending::send;
};

/// Where accounting records are kept and sent from. Writing the same record again, after a crash at any
/// point, leaves one.
class AccountingSink {
 public:
  virtual ~AccountingSink() = default;
  virtual Async<StoreResult<Done>> record(AccountingRecord record) = 0;
};

}  // namespace vacuum
