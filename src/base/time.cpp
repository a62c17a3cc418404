#include "base/time.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum {
namespace {

using namespace std::chrono;

constexpr std::string_view kPattern = "dddd-dd-ddTdd:dd:dd";

bool matches_pattern(std::string_view text) {
  if (text.size() < kPattern.size()) return false;
  for (std::size_t i = 0; i < kPattern.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kPattern[i] == 'd' ? !digit : text[i] != kPattern[i]) return false;
  }
  return true;
}

bool is_known_tail(std::string_view tail) {
  if (!tail.empty() && tail.front() == '.') {
    tail.remove_prefix(1);
    while (!tail.empty() && tail.front() >= '0' && tail.front() <= '9') tail.remove_prefix(1);
  }
  return tail.empty() || tail == "Z" || tail == "+00:00";
}

}  // namespace

std::optional<TimePoint> parse_iso8601(std::string_view text) {
  if (!matches_pattern(text) || !is_known_tail(text.substr(kPattern.size()))) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t digits) {
    int value = 0;
    for (std::size_t i = at; i < at + digits; ++i) value = value * 10 + (text[i] - '0');
    return value;
  };
  const year_month_day day{year{number(0, 4)}, month(static_cast<unsigned>(number(5, 2))),
                           std::chrono::day(static_cast<unsigned>(number(8, 2)))};
  const int hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  if (!day.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return sys_days{day} + hours{hour} + minutes{minute} + seconds{second};
}

std::string format_iso8601(TimePoint time) {
  const auto midnight = floor<days>(time);
  const year_month_day day{midnight};
  const hh_mm_ss clock{time - midnight};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string format_duration(Seconds duration) {
  const std::int64_t total = duration.count();
  if (total < 0) return "-" + format_duration(-duration);
  const std::int64_t day = total / 86400, hour = total / 3600 % 24, minute = total / 60 % 60,
                     second = total % 60;
  const auto pair = [](std::int64_t high, const char* high_unit, std::int64_t low, const char* low_unit) {
    return low == 0 ? fmt::format("{} {}", high, high_unit)
                    : fmt::format("{} {} {} {}", high, high_unit, low, low_unit);
  };
  if (day > 0) return pair(day, "d", hour, "h");
  if (hour > 0) return pair(hour, "h", minute, "min");
  if (minute > 0) return pair(minute, "min", second, "s");
  return fmt::format("{} s", second);
}

}  // namespace vacuum
