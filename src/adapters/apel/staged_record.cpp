#include "adapters/apel/staged_record.hpp"

#include <cstdint>
#include <random>

#include <fmt/format.h>

namespace vacuum::apel {
namespace {

constexpr std::string_view kSend = "send";
constexpr std::string_view kKeep = "keep";
constexpr std::size_t kSuffixLength = 16;

bool are_hexadecimal(std::string_view text, std::size_t length) {
  return text.size() == length && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

bool is_day(std::string_view text) {
  return are_hexadecimal(text, 8);
}
bool is_key(std::string_view text) {
  return are_hexadecimal(text, 14);
}

std::string draw_suffix() {
  std::random_device device;
  const std::uint64_t high = device();
  return fmt::format("{:08x}{:08x}", high & 0xffffffffu, device() & 0xffffffffu);
}

StagedRecord StagedRecord::of(const AccountingRecord& record) {
  const auto how = record.sending == AccountingRecord::Sending::send ? kSend : kKeep;
  return {fmt::format("{}.{}.{}.{}", record.day, record.key, how, draw_suffix()), record.day, record.key,
          record.sending};
}

std::optional<StagedRecord> StagedRecord::parse(const std::string& name) {
  constexpr std::size_t kKeyAt = 9;
  constexpr std::size_t kHowAt = 24;
  constexpr std::size_t kSuffixAt = 29;
  const bool has_suffix = name.size() == kSuffixAt + kSuffixLength;
  if (!has_suffix && name.size() != kSuffixAt - 1) return std::nullopt;
  if (name[kKeyAt - 1] != '.' || name[kHowAt - 1] != '.') return std::nullopt;
  if (has_suffix && (name[kSuffixAt - 1] != '.' || !are_hexadecimal(name.substr(kSuffixAt), kSuffixLength)))
    return std::nullopt;
  const std::string how = name.substr(kHowAt, kSend.size());
  StagedRecord staged{name, name.substr(0, kKeyAt - 1), name.substr(kKeyAt, kHowAt - 1 - kKeyAt)};
  staged.sending = how == kSend ? AccountingRecord::Sending::send : AccountingRecord::Sending::archive_only;
  const bool known = is_day(staged.day) && is_key(staged.key) && (how == kSend || how == kKeep);
  return known ? std::optional(staged) : std::nullopt;
}

}  // namespace vacuum::apel
