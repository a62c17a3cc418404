#pragma once

#include <string>

#include "domain/settings.hpp"

namespace vacuum {

/// Datagrams to monitors (spec 8). A destination that is down, unresolvable or slow delays nothing.
class DatagramSink {
 public:
  virtual ~DatagramSink() = default;
  /// Hands a datagram over. It may get lost on the way, as datagrams do.
  virtual void send(const HostPort& destination, std::string datagram) = 0;
  /// Why nothing reaches this destination now; empty where nothing is known against it.
  [[nodiscard]] virtual std::string problem(const HostPort& destination) const = 0;
};

}  // namespace vacuum
