#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "domain/fault.hpp"
#include "domain/flavor.hpp"
#include "domain/image.hpp"
#include "domain/machine_state.hpp"
#include "domain/names.hpp"
#include "ports/async.hpp"
#include "ports/http_client.hpp"

namespace vacuum {

/// What the caller of a cloud should do about an error.
enum class CloudDecision : std::uint8_t {
  retry,      ///< passing: try again at the next cycle, or after CloudError::retry_after
  refused,    ///< the cloud will not do this as asked; CloudError::fault says why
  not_found,  ///< there is no such VM
  unsure,     ///< the request may have been carried out, its answer was lost: look before asking again
  give_up,    ///< nothing will work before a human changes something: credentials, URL, an answer that is no
              ///< such API
};

[[nodiscard]] std::string_view to_string(CloudDecision decision);

struct CloudError {
  CloudDecision decision = CloudDecision::retry;
  std::string message;  ///< for people; names the request and the service, holds no secret
  std::optional<Seconds> retry_after;
  std::optional<Fault> fault;
};

template <class T>
using CloudResult = Result<T, CloudError>;

/// A VM as the cloud lists it.
struct Server {
  MachineName name;  ///< any name: foreign VMs are listed too
  ServerId id;
  MachineState state = MachineState::unknown;  ///< never unlisted
  int processors = 0;
  int memory_mb = 0;
  FlavorName flavor;            ///< may be empty
  ZoneName zone;                ///< may be empty
  ImageId image;                ///< that it boots from; empty for one that boots from a volume
  std::string ip;               ///< the first fixed address; may be empty
  MachinetypeName machinetype;  ///< its metadata "machinetype"; may be empty
  SpaceName space;              ///< its metadata "space"; may be empty
  TimePoint created{};
  std::optional<TimePoint> started;
  std::optional<TimePoint> updated;
  std::optional<Fault> fault;  ///< only where state is failed
};

/// A VM that a cloud says is no more.
struct GoneServer {
  MachineName name;
  ServerId id;
};

/// A part of a listing.
struct ServerPage {
  std::vector<Server> servers;
  std::vector<GoneServer> gone;  ///< only where changes are listed
};

/// Gets the pages of a listing as they come, to look at: most of what they tell is known already. A VM may
/// come more than once: what came last is true.
using PageReceiver = std::function<void(const ServerPage& page)>;

/// A moment by the cloud's own clock that a later listing of changes begins from.
struct ListingMark {
  TimePoint time{};

  friend bool operator==(const ListingMark&, const ListingMark&) = default;
};

/// What a VM is made from. Fully resolved: an adapter makes no choice.
struct ServerRequest {
  MachineName name;
  Flavor flavor;
  std::optional<ZoneName> zone;
  std::string image;       ///< the image's name in the cloud
  ImageId image_id;        ///< where it is known already; empty: the active image of that name
  std::string user_data;   ///< bytes as the VM gets them; the adapter encodes
  std::string public_key;  ///< one line of an OpenSSH public key; empty for none
  int volume_gb =
      0;  ///< boots from a new volume of this size, which ends with the VM; 0: from the flavor's disk
  std::map<std::string, std::string> metadata;
};

/// A private image of the project.
struct CloudImage {
  ImageId id;
  std::string name;
  enum class State : std::uint8_t {
    arriving,  ///< made, its bytes are not (all) there yet
    active,
    unusable,
  } state = State::unusable;
  std::optional<TimePoint> modified;  ///< which version it is; nothing for one that no manager made
  SpaceName space;                    ///< of the manager that made it; empty for one that Vacuum did not make
  ManagerName manager;                ///< that made it; may be empty
  TimePoint created{};
};

/// A version of an image to be brought into the cloud.
struct ImageUpload {
  std::string name;  ///< the URL or path that it is known by
  std::string file;  ///< on this host
  std::int64_t bytes = 0;
  ImageFormat format = ImageFormat::raw;
  TimePoint modified{};
  SpaceName space;
  ManagerName manager;
  std::shared_ptr<TransferProgress> progress;
};

/// A project on a cloud. One implementation for each API; decorators add limits and metering.
///
/// Each call ends within a bounded time, repeats by itself only what is safe to repeat, and authenticates
/// when needed.
class Cloud {
 public:
  virtual ~Cloud() = default;

  /// All VMs of the project, ours and others', from all pages; with `since`: those that changed or went from
  /// then on, and perhaps some more. An error when anything of it is missing: pages that were received tell
  /// the truth of their VMs all the same. Answers where the next listing of changes may begin; nothing: that
  /// is to be a listing of all.
  virtual Async<CloudResult<std::optional<ListingMark>>> list(std::optional<ListingMark> since,
                                                              PageReceiver receive) = 0;

  virtual Async<CloudResult<std::vector<Flavor>>> flavors() = 0;

  virtual Async<CloudResult<Quota>> quota() = 0;

  /// Asks for a VM; the answer does not mean that it runs. Asked once: where the answer is lost, the error is
  /// `unsure`.
  virtual Async<CloudResult<ServerId>> create(const ServerRequest& request) = 0;

  /// The VM of exactly this name, if there is one.
  virtual Async<CloudResult<std::optional<Server>>> find(const MachineName& name) = 0;

  /// Asks for the end of a VM. One that is gone already answers `not_found`; asking twice does no harm.
  virtual Async<CloudResult<Done>> remove(const ServerId& id) = 0;

  /// All private images of the project, from all pages.
  virtual Async<CloudResult<std::vector<CloudImage>>> images() = 0;

  /// Makes a private image of a file: may take hours. Where another manager was first with this version,
  /// nothing is left behind and the error is `retry`: images() will show the other's.
  virtual Async<CloudResult<ImageId>> upload_image(ImageUpload upload) = 0;

  /// One that is gone already answers `not_found`; one that the cloud still needs `retry`.
  virtual Async<CloudResult<Done>> remove_image(ImageId id) = 0;
};

}  // namespace vacuum
