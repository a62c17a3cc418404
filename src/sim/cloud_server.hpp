#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/guest_contact.hpp"
#include "sim/moment.hpp"

namespace vacuum::sim {

enum class ServerStatus : std::uint8_t { scheduling, building, active, stopped, failed, gone };

enum class Networking : std::uint8_t { none, attached };

struct ServerFault {
  int code = 0;
  std::string message;
  Moment created;
};

/// A server of the simulated cloud.
struct CloudServer {
  std::uint64_t serial = 0;  ///< counts the servers of this cloud; never used twice
  std::string id;            ///< a random UUID
  std::string name;
  std::size_t project = 0;  ///< index into CloudModel::projects
  std::string user_id;
  std::size_t flavor = 0;  ///< index into CloudModel::flavors
  std::string image_id;    ///< empty: boots from a volume
  std::string volume_id;   ///< empty: boots from an image
  std::string key_name;
  std::optional<std::string> description;
  std::string zone;  ///< the one that was asked for, or that was chosen with the host
  std::vector<std::string> security_groups;
  std::vector<std::pair<std::string, std::string>> metadata;
  Networking networking = Networking::attached;
  bool has_guest = true;  ///< false: runs for ever, does nothing
  std::string user_data;  ///< as the guest gets it, not in base64
  GuestContact contact;   ///< what the guest reads in it

  ServerStatus status = ServerStatus::scheduling;
  bool deleting = false;
  std::optional<std::size_t> host;
  Moment created;
  Moment updated;
  std::optional<Moment> launched;
  std::optional<ServerFault> fault;
  std::uint64_t guest_event = 0;  ///< the one event of its guest that counts; 0: none

  /// The value of a metadata key, or nothing.
  [[nodiscard]] const std::string* metadata_value(std::string_view key) const {
    for (const auto& [name_, value] : metadata)
      if (name_ == key) return &value;
    return nullptr;
  }
};

/// What a server is made from; everything in it exists in the cloud.
struct CreateOrder {
  std::string name;
  std::size_t project = 0;
  std::string user_id;
  std::size_t flavor = 0;
  std::string image_id;
  int volume_gb = 0;
  std::string key_name;
  std::optional<std::string> description;
  std::string zone;
  std::vector<std::string> security_groups{"default"};
  std::vector<std::pair<std::string, std::string>> metadata;
  Networking networking = Networking::attached;
  bool has_guest = true;
  std::string user_data;  ///< not in base64
};

}  // namespace vacuum::sim
