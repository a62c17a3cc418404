#include "adapters/udp/udp_sink.hpp"

#include <algorithm>
#include <utility>

#include "adapters/udp/destination.hpp"

namespace vacuum {
namespace {

/// More than any site has; the one that was used least lately is forgotten beyond it.
constexpr std::size_t kDestinationsMax = 64;
constexpr Milliseconds kSettlePoll{20};

}  // namespace

UdpSink::UdpSink(boost::asio::any_io_executor executor, Clock& clock, udp::Lookup lookup)
    : executor_(std::move(executor)), clock_(clock), lookup_(std::move(lookup)) {}

UdpSink::~UdpSink() = default;

udp::Destination& UdpSink::destination(const HostPort& place) {
  const auto found = destinations_.find(place);
  if (found != destinations_.end()) return *found->second;
  if (destinations_.size() >= kDestinationsMax) forget_the_idle();
  auto made = std::make_shared<udp::Destination>(executor_, place, lookup_);
  return *destinations_.emplace(place, std::move(made)).first->second;
}

void UdpSink::forget_the_idle() {
  const auto idle = std::ranges::min_element(destinations_, {},
                                             [](const auto& entry) { return entry.second->last_used(); });
  destinations_.erase(idle);
}

void UdpSink::send(const HostPort& place, std::string datagram) {
  destination(place).send(std::move(datagram), clock_.monotonic());
}

std::string UdpSink::problem(const HostPort& place) const {
  const auto found = destinations_.find(place);
  return found == destinations_.end() ? std::string() : found->second->problem(clock_.monotonic());
}

bool UdpSink::waits() const {
  return std::ranges::any_of(destinations_, [](const auto& entry) { return entry.second->has_waiting(); });
}

Async<void> UdpSink::settle(Milliseconds limit) {
  const Milliseconds deadline = clock_.monotonic() + limit;
  while (waits() && clock_.monotonic() < deadline) co_await clock_.sleep(kSettlePoll, std::stop_token());
}

}  // namespace vacuum
