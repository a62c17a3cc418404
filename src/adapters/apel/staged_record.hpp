#pragma once

#include <optional>
#include <string>

#include "ports/accounting_sink.hpp"

namespace vacuum::apel {

[[nodiscard]] bool is_day(std::string_view text);  ///< YYYYMMDD
[[nodiscard]] bool is_key(std::string_view text);  ///< 14 hexadecimal digits

/// 16 hexadecimal digits that no other process draws.
[[nodiscard]] std::string draw_suffix();

/// A record on its way, as the name of its file tells: YYYYMMDD.KEY.HOW.SUFFIX. No two attempts to record a
/// machine have the same name.
struct StagedRecord {
  std::string name;
  std::string day;
  std::string key;
  AccountingRecord::Sending sending{};

  /// An attempt of its own.
  [[nodiscard]] static StagedRecord of(const AccountingRecord& record);
  /// Nothing for a file that is none. Earlier versions wrote no suffix.
  [[nodiscard]] static std::optional<StagedRecord> parse(const std::string& name);
};

}  // namespace vacuum::apel
