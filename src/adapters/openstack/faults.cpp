#include "adapters/openstack/faults.hpp"

#include <algorithm>
#include <initializer_list>

#include "base/text.hpp"

namespace vacuum::openstack {
namespace {

struct Words {
  FaultKind kind;
  std::initializer_list<std::string_view> any_of;
};

// In this order: a message may hold words of several kinds, the earlier kind then tells the cause better.
const std::initializer_list<Words> kWords{
    {FaultKind::quota, {"quota"}},
    {FaultKind::no_valid_host,
     {"no valid host", "exceeded maximum number of retries", "exceeded max scheduling attempts",
      "insufficient compute resources", "insufficient resources"}},
    {FaultKind::volume, {"block device", "volume", "cinder"}},
    {FaultKind::image, {"image", "glance"}},
    {FaultKind::network,
     {"network", "port binding", "binding failed", "portbinding", "virtual interface", "fixed ip",
      "no more ip", "neutron", "portlimit", " port "}},
};

}  // namespace

FaultKind fault_kind(std::string_view text) {
  const std::string lower = to_lower(text);
  for (const auto& words : kWords) {
    if (std::ranges::any_of(words.any_of,
                            [&](std::string_view word) { return lower.find(word) != lower.npos; })) {
      return words.kind;
    }
  }
  return FaultKind::other;
}

Fault build_fault(std::int64_t code, std::string_view message) {
  constexpr std::int64_t kOverQuota = 413;
  return {code == kOverQuota ? FaultKind::quota : fault_kind(message),
          std::string(trim(printable(trim(message))))};
}

}  // namespace vacuum::openstack
