#include "adapters/udp/destination.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/buffer.hpp>

namespace vacuum::udp {
namespace {

namespace asio = boost::asio;

/// Addresses are looked up again after this; meanwhile those known are used.
constexpr Milliseconds kAddressesKept{300'000};
/// A lookup that failed is not repeated sooner.
constexpr Milliseconds kLookupRepeat{30'000};
/// A lookup that takes longer is told as a problem.
constexpr Milliseconds kLookupSlow{5'000};
/// A failure to send is told for so long after it was last seen: that nobody listens shows only in the answer
/// to an earlier datagram, which comes once a cycle.
constexpr Milliseconds kSendProblemKept{150'000};
/// What waits for the first addresses; the oldest are dropped beyond it.
constexpr std::size_t kWaitingMax = 256;

}  // namespace

Destination::Destination(asio::any_io_executor executor, HostPort place, Lookup lookup)
    : executor_(std::move(executor)), place_(std::move(place)), lookup_(std::move(lookup)) {
  if (const auto numeric = numeric_endpoint(place_)) addresses_ = {*numeric};
}

void Destination::send(std::string datagram, Milliseconds now) {
  last_used_ = now;
  look_up_if_due(now);
  if (!addresses_.empty()) return send_now(datagram, now);
  waiting_.push_back(std::move(datagram));
  if (waiting_.size() > kWaitingMax) waiting_.pop_front();
}

void Destination::look_up_if_due(Milliseconds now) {
  if (looking_up_ || numeric_endpoint(place_)) return;
  const Milliseconds pause = lookup_problem_.empty() ? kAddressesKept : kLookupRepeat;
  if (lookup_began_ && now - *lookup_began_ < pause) return;
  looking_up_ = true;
  lookup_began_ = now;
  look_up_aside(executor_, lookup_, place_, [weak = weak_from_this()](Addresses found) {
    if (const auto self = weak.lock()) self->take_addresses(std::move(found));
  });
}

void Destination::take_addresses(Addresses found) {
  looking_up_ = false;
  lookup_problem_ = found ? std::string() : found.error();
  if (!found) return waiting_.clear();  // what is told next cycle is newer
  const bool same = std::ranges::is_permutation(*found, addresses_);
  if (!same) {
    addresses_ = std::move(*found);
    current_ = 0;
    socket_.reset();
  }
  for (const std::string& datagram : std::exchange(waiting_, {})) send_now(datagram, last_used_);
}

void Destination::use_next_address() {
  socket_.reset();
  current_ = (current_ + 1) % addresses_.size();
}

/// Each address once at the most.
void Destination::send_now(const std::string& datagram, Milliseconds now) {
  for (std::size_t i = 0; i < addresses_.size(); ++i) {
    const auto error = try_address(datagram);
    if (!error) {
      if (send_problem_ && now - send_problem_->at > kSendProblemKept) send_problem_.reset();
      return;
    }
    const Endpoint& address = addresses_[current_];
    send_problem_ = {fmt::format("cannot send {} bytes to {} port {}: {}", datagram.size(),
                                 address.address().to_string(), address.port(), error.message()),
                     now};
    use_next_address();
  }
}

boost::system::error_code Destination::try_address(const std::string& datagram) {
  boost::system::error_code error;
  if (!socket_) {
    socket_.emplace(executor_);
    const Endpoint& address = addresses_[current_];
    socket_->open(address.protocol(), error);
    if (!error) socket_->non_blocking(true, error);
    // Connected, so that the system tells when nobody listens there.
    if (!error) socket_->connect(address, error);
    if (error) return error;
  }
  socket_->send(asio::buffer(datagram), 0, error);
  return error;
}

std::string Destination::problem(Milliseconds now) const {
  if (!lookup_problem_.empty())
    return addresses_.empty() ? lookup_problem_ : lookup_problem_ + "; the one known from before is used";
  if (looking_up_ && addresses_.empty() && now - *lookup_began_ > kLookupSlow)
    return fmt::format("no answer yet to the question for the address of {}", place_.host);
  if (send_problem_ && now - send_problem_->at <= kSendProblemKept) return send_problem_->sentence;
  return {};
}

}  // namespace vacuum::udp
