#include "adapters/openstack/quota.hpp"

#include "adapters/openstack/json.hpp"

namespace vacuum::openstack {
namespace {

std::optional<int> limit_at(const boost::json::object& limits, std::string_view key) {
  const auto value = integer_at(limits, key);
  if (!value || *value < 0) return std::nullopt;
  return bounded_int(*value);
}

int used_at(const boost::json::object& limits, std::string_view key) {
  return bounded_int(integer_at(limits, key).value_or(0));
}

}  // namespace

std::optional<Quota> read_limits(std::string_view body) {
  const auto document = parse_json(body);
  const auto* root = document ? document->if_object() : nullptr;
  const auto* limits = root == nullptr ? nullptr : object_at(*root, "limits");
  const auto* absolute = limits == nullptr ? nullptr : object_at(*limits, "absolute");
  if (absolute == nullptr) return std::nullopt;
  return Quota{.processors_limit = limit_at(*absolute, "maxTotalCores"),
               .memory_mb_limit = limit_at(*absolute, "maxTotalRAMSize"),
               .machines_limit = limit_at(*absolute, "maxTotalInstances"),
               .processors_used = used_at(*absolute, "totalCoresUsed"),
               .memory_mb_used = used_at(*absolute, "totalRAMUsed"),
               .machines_used = used_at(*absolute, "totalInstancesUsed")};
}

}  // namespace vacuum::openstack
