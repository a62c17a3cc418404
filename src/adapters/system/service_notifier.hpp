#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace vacuum {

/// Tells systemd how the daemon is (the sd_notify protocol). Without a service manager all of it does
/// nothing. Never blocks, never fails.
class ServiceNotifier {
 public:
  /// `socket`: $NOTIFY_SOCKET, a path or "@name"; empty for none. `watchdog`: how long systemd waits for a
  /// sign of life.
  explicit ServiceNotifier(std::string socket, std::optional<Milliseconds> watchdog = std::nullopt)
      : socket_(std::move(socket)), watchdog_(watchdog) {}

  /// From $NOTIFY_SOCKET, $WATCHDOG_USEC and $WATCHDOG_PID.
  [[nodiscard]] static ServiceNotifier from_environment();

  void ready() const { send("READY=1"); }
  void stopping() const { send("STOPPING=1"); }
  /// To be followed by ready().
  void reloading() const;
  /// One line for `systemctl status`.
  void status(std::string_view line) const;
  void alive() const { send("WATCHDOG=1"); }

  /// How often alive() is to be called: half of what systemd waits. Nothing where no watchdog is set.
  [[nodiscard]] std::optional<Milliseconds> alive_every() const;

 private:
  void send(const std::string& message) const;

  std::string socket_;
  std::optional<Milliseconds> watchdog_;
};

}  // namespace vacuum
