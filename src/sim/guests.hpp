#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sim/cloud_server.hpp"

namespace vacuum::sim {

/// What a guest wants of its cloud next. Each step replaces what the guest wanted before.
struct GuestStep {
  std::optional<Moment> wake_at;  ///< to be asked again then; nothing: never
  bool power_off = false;
};

/// What a guest has read of its Machine/Job Features: key → value, without keys that have none.
struct GuestFeatures {
  std::map<std::string, std::string> machine;
  std::map<std::string, std::string> job;
};

/// What runs inside the servers of a cloud.
class Guests {
 public:
  virtual ~Guests() = default;
  /// The server has just begun to run.
  [[nodiscard]] virtual GuestStep started(const CloudServer& server, Moment now) = 0;
  /// The moment that the guest asked for has come.
  [[nodiscard]] virtual GuestStep woke(const CloudServer& server, Moment now) = 0;
  /// A file that the guest sent has arrived, or has been given up.
  [[nodiscard]] virtual GuestStep sent(const CloudServer& server, std::string_view file, Moment now) = 0;
  /// The features that the guest asked for are here.
  [[nodiscard]] virtual GuestStep learned(const CloudServer& server, const GuestFeatures& features,
                                          Moment now) = 0;
  /// The server runs no more, for whatever reason. Called at most once.
  virtual void ended(const CloudServer& server) = 0;
};

enum class Look : std::uint8_t {
  at_everything,      ///< a guest's first look
  at_shutdown_times,  ///< which may come and change later
};

enum class Sending : std::uint8_t {
  ended,      ///< it has arrived, or never will
  under_way,  ///< Guests::sent tells the end of it
};

/// What guests and their manager's service had to do with each other so far.
struct GuestTraffic {
  std::uint64_t features_read = 0;  ///< values, by GET
  std::uint64_t features_failed = 0;
  std::uint64_t files_sent = 0;  ///< into joboutputs
  std::uint64_t files_failed = 0;
  std::uint64_t repeats = 0;  ///< of requests that failed in passing
  std::string last_failure;   ///< for people; empty: none yet
};

/// The way from guests to the service of their manager. It takes real time, so it is travelled outside of the
/// model.
class GuestService {
 public:
  virtual ~GuestService() = default;
  /// Puts a file into the guest's joboutputs.
  [[nodiscard]] virtual Sending put(const CloudServer& server, std::string_view file,
                                    std::string_view content) = 0;
  /// Asks for the guest's features. What is found comes by Guests::learned; nothing comes where there is no
  /// service.
  virtual void ask_features(const CloudServer& server, Look look) = 0;
  [[nodiscard]] virtual const GuestTraffic& traffic() const = 0;
};

}  // namespace vacuum::sim
