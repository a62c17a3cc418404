#include "adapters/shared_directory/lease_text.hpp"

#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/text.hpp"

namespace vacuum::shared_directory {
namespace {

namespace json = boost::json;

constexpr std::size_t kTextMax = 1000;
constexpr std::size_t kHeirsMax = 10'000;
constexpr std::size_t kSpacesMax = 10'000;
constexpr std::int64_t kUnixTimeMax = 100'000'000'000;
constexpr std::int64_t kLeaseMillisecondsMax = 86'400'000;
constexpr std::int64_t kIntegerMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kIntMax = std::numeric_limits<int>::max();

/// Reads members of one object, and remembers the first that makes no sense.
class Members {
 public:
  explicit Members(const json::object& object) : object_(object) {}

  std::int64_t integer(std::string_view name, std::int64_t least, std::int64_t most) {
    const auto* value = object_.if_contains(name);
    const auto* number = value == nullptr ? nullptr : value->if_int64();
    if (number != nullptr && *number >= least && *number <= most) return *number;
    fail(name);
    return least;
  }
  /// Told for people: what makes no sense is `otherwise`.
  std::int64_t integer_or(std::string_view name, std::int64_t least, std::int64_t most,
                          std::int64_t otherwise) const {
    const auto* value = object_.if_contains(name);
    const auto* number = value == nullptr ? nullptr : value->if_int64();
    return number != nullptr && *number >= least && *number <= most ? *number : otherwise;
  }
  std::string text(std::string_view name) const {
    const auto* value = object_.if_contains(name);
    const auto* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string() : printable({text->data(), text->size()}, kTextMax);
  }
  IncarnationId incarnation(std::string_view name) {
    const auto* value = object_.if_contains(name);
    auto incarnation = value == nullptr ? std::nullopt : as_incarnation(*value);
    if (!incarnation) fail(name);
    return incarnation.value_or(IncarnationId{});
  }
  static std::optional<IncarnationId> as_incarnation(const json::value& value) {
    const auto* text = value.if_string();
    if (text == nullptr || !is_incarnation_id({text->data(), text->size()})) return std::nullopt;
    return IncarnationId{std::string(text->data(), text->size())};
  }
  TimePoint time(std::string_view name) const { return from_unix(integer_or(name, 0, kUnixTimeMax, 0)); }

  void fail(std::string_view name) {
    if (!fault_) fault_ = fmt::format("\"{}\" is missing or makes no sense", name);
  }
  [[nodiscard]] const std::optional<std::string>& fault() const { return fault_; }

 private:
  const json::object& object_;
  std::optional<std::string> fault_;
};

std::map<SpaceName, int> machines_of(const json::object& object) {
  std::map<SpaceName, int> machines;
  const auto* value = object.if_contains("spaces");
  const auto* spaces = value == nullptr ? nullptr : value->if_object();
  if (spaces == nullptr) return machines;
  for (const auto& [name, count] : *spaces) {
    const auto* number = count.if_int64();
    const bool is_count = number != nullptr && *number >= 0 && *number <= kIntMax;
    if (!is_count || machines.size() >= kSpacesMax || !is_space_name({name.data(), name.size()})) continue;
    machines.emplace(std::string(name.data(), name.size()), static_cast<int>(*number));
  }
  return machines;
}

std::vector<IncarnationId> heirs_of(const json::object& object, Members& members) {
  std::vector<IncarnationId> heirs;
  const auto* value = object.if_contains("heirs");
  const auto* given = value == nullptr ? nullptr : value->if_array();
  if (given == nullptr || given->empty() || given->size() > kHeirsMax) {
    members.fail("heirs");
    return heirs;
  }
  for (const json::value& one : *given) {
    auto heir = Members::as_incarnation(one);
    if (!heir) members.fail("heirs");
    if (heir) heirs.push_back(std::move(*heir));
  }
  return heirs;
}

/// Nothing where the text is no object.
std::optional<json::object> parse_object(std::string_view text) {
  json::error_code error;
  json::value value = json::parse(json::string_view(text.data(), text.size()), error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

}  // namespace

std::string lease_text(const Lease& lease) {
  json::object spaces;
  for (const auto& [name, machines] : lease.machines) spaces[name.text()] = machines;
  const json::object object{
      {"incarnation", lease.incarnation.text()},
      {"manager", manager_of(lease.incarnation).text()},
      {"state", to_string(lease.state)},
      {"protocol", lease.protocol},
      {"protocol_min", lease.protocol_min},
      {"sequence", static_cast<std::int64_t>(lease.sequence)},
      {"lease_ms", lease.duration.count()},
      {"started", to_unix(lease.started)},
      {"renewed", to_unix(lease.renewed)},
      {"version", utf8(lease.version)},
      {"host", utf8(lease.host)},
      {"boot_id", utf8(lease.boot_id)},
      {"state_directory", utf8(lease.state_directory)},
      {"pid", lease.process},
      {"spaces", std::move(spaces)},
  };
  return json::serialize(object) + "\n";
}

Result<Lease, std::string> parse_lease(std::string_view text) {
  const auto object = parse_object(text);
  if (!object) return Failure{std::string("it is no JSON object")};
  Members members(*object);
  Lease lease;
  lease.incarnation = members.incarnation("incarnation");
  const auto state = parse_lease_state(members.text("state"));
  if (!state) members.fail("state");
  lease.state = state.value_or(LeaseState::active);
  lease.protocol = static_cast<int>(members.integer("protocol", 1, kIntMax));
  lease.protocol_min = static_cast<int>(members.integer("protocol_min", 1, kIntMax));
  lease.sequence = static_cast<std::uint64_t>(members.integer("sequence", 0, kIntegerMax));
  lease.duration = Milliseconds{members.integer("lease_ms", 1, kLeaseMillisecondsMax)};
  lease.started = members.time("started");
  lease.renewed = members.time("renewed");
  lease.version = members.text("version");
  lease.host = members.text("host");
  lease.boot_id = members.text("boot_id");
  lease.state_directory = members.text("state_directory");
  lease.process = static_cast<int>(members.integer_or("pid", 0, kIntMax, 0));
  lease.machines = machines_of(*object);
  if (members.fault()) return Failure{*members.fault()};
  return lease;
}

std::string succession_text(const Succession& succession) {
  json::array heirs;
  for (const IncarnationId& heir : succession.heirs) heirs.emplace_back(heir.text());
  const json::object object{
      {"ended", succession.ended.text()},  {"heirs", std::move(heirs)},        {"by", succession.by.text()},
      {"reason", utf8(succession.reason)}, {"time", to_unix(succession.time)},
  };
  return json::serialize(object) + "\n";
}

Result<Succession, std::string> parse_succession(std::string_view text) {
  const auto object = parse_object(text);
  if (!object) return Failure{std::string("it is no JSON object")};
  Members members(*object);
  Succession succession;
  succession.ended = members.incarnation("ended");
  succession.heirs = heirs_of(*object, members);
  succession.by = members.incarnation("by");
  succession.reason = members.text("reason");
  succession.time = members.time("time");
  if (members.fault()) return Failure{*members.fault()};
  return succession;
}

}  // namespace vacuum::shared_directory
