#include "sim/request_faults.hpp"

namespace vacuum::sim {
namespace {

constexpr Milliseconds kHanging{3'600'000};

bool concerns(const RequestFault& fault, std::string_view method, std::string_view path) {
  if (!fault.method.empty() && fault.method != method) return false;
  const std::string_view wanted = fault.path;
  if (wanted.empty()) return true;
  if (wanted.ends_with('*')) return path.starts_with(wanted.substr(0, wanted.size() - 1));
  return path == wanted;
}

}  // namespace

RequestFate RequestFaults::judge(std::string_view method, std::string_view path) {
  RequestFate fate;
  fate.delay = draw(settings_.latency, latencies_);
  for (RequestFault& fault : settings_.faults) {
    if (!concerns(fault, method, path) || fault.next == 0u || !happens(fault.rate, strikes_)) continue;
    if (fault.next) --*fault.next;
    fate.fault = fault;
    if (fault.kind == RequestFaultKind::hanging) fate.delay = kHanging;
    ++struck_;
    break;
  }
  return fate;
}

}  // namespace vacuum::sim
