#pragma once

#include <map>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "adapters/udp/name_lookup.hpp"
#include "ports/clock.hpp"
#include "ports/datagram_sink.hpp"

namespace vacuum {

namespace udp {
class Destination;
}

/// Datagrams over IPv4 and IPv6. Names are looked up aside and kept for some minutes; the addresses of a name
/// are tried in turn until one takes datagrams. What is sent before the first answer waits, up to a bound.
class UdpSink final : public DatagramSink {
 public:
  /// `clock` must outlive it. All calls on the loop's thread.
  UdpSink(boost::asio::any_io_executor executor, Clock& clock, udp::Lookup lookup = udp::look_up_by_system);
  ~UdpSink() override;

  void send(const HostPort& place, std::string datagram) override;
  [[nodiscard]] std::string problem(const HostPort& place) const override;

  /// Whether a datagram waits for an address.
  [[nodiscard]] bool waits() const;
  /// Ends when none waits any more, or after `limit`: for a process that is to end.
  Async<void> settle(Milliseconds limit);

 private:
  udp::Destination& destination(const HostPort& place);
  void forget_the_idle();

  boost::asio::any_io_executor executor_;
  Clock& clock_;
  udp::Lookup lookup_;
  std::map<HostPort, std::shared_ptr<udp::Destination>> destinations_;
};

}  // namespace vacuum
