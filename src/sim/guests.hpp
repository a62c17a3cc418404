#pragma once

#include <optional>
#include <string_view>

#include "sim/cloud_server.hpp"

namespace vacuum::sim {

/// What a guest wants of its cloud next.
struct GuestStep {
  std::optional<Moment> wake_at;  ///< to be asked again then; nothing: never
  bool power_off = false;
};

/// What runs inside the servers of a cloud.
class Guests {
 public:
  virtual ~Guests() = default;
  /// The server has just begun to run.
  [[nodiscard]] virtual GuestStep started(const CloudServer& server, Moment now) = 0;
  /// The moment that the guest asked for has come.
  [[nodiscard]] virtual GuestStep woke(const CloudServer& server, Moment now) = 0;
  /// The server runs no more, for whatever reason. Called at most once.
  virtual void ended(const CloudServer& server) = 0;
};

/// Where guests leave their files: heartbeats and shutdown messages.
class GuestFiles {
 public:
  virtual ~GuestFiles() = default;
  virtual void write(const CloudServer& server, std::string_view file, std::string_view content) = 0;
};

}  // namespace vacuum::sim
