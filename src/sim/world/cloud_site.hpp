#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ports/cloud.hpp"
#include "sim/cloud_model.hpp"
#include "sim/world/kept_listing.hpp"
#include "sim/world/virtual_time.hpp"

namespace vacuum::sim {

/// What goes wrong between managers and their cloud: probabilities for each request.
struct CloudTroubles {
  SecondsRange latency{0.02, 0.1};
  double error = 0;          ///< answered with status 503, not carried out
  double pause = 0;          ///< the same, with a Retry-After
  double lost_answer = 0;    ///< carried out; the caller does not learn it
  double lost_request = 0;   ///< not carried out; the caller does not know
  double late_creation = 0;  ///< carried out long after the caller has given up
  SecondsRange late_seconds{1, 150};
  double short_listing = 0;  ///< a page is missing: no answer, for it would be incomplete
  double slow = 0;
  SecondsRange slow_seconds{2, 55};
  bool down = false;  ///< no request is answered
};

/// A project on a simulated cloud, for any number of managers.
class CloudSite {
 public:
  /// `model` and `time` outlive this. Its requests concern the model's first project.
  CloudSite(VirtualTime& time, CloudModel& model, std::uint64_t seed)
      : time_(time),
        model_(model),
        draws_(seed),
        listing_(model, [this](const CloudServer& server) { return describe(server); }) {}

  void set_troubles(const CloudTroubles& troubles) { troubles_ = troubles; }
  [[nodiscard]] const CloudTroubles& troubles() const { return troubles_; }

  /// What becomes of one request.
  struct Fate {
    enum class Kind : std::uint8_t { good, error, lost_answer, lost_request, late } kind = Kind::good;
    Milliseconds going{0};   ///< until it is carried out, or would have been
    Milliseconds coming{0};  ///< from then until its answer is there
    Milliseconds late{0};    ///< of kind late: when it is carried out all the same
    std::optional<Seconds> retry_after;
  };
  enum class Request : std::uint8_t { listing, creation, other };
  [[nodiscard]] Fate draw_fate(Request request);

  /// All servers; with `since` those that changed or went from then on.
  [[nodiscard]] std::vector<ListedPage> list(std::optional<ListingMark> since);
  [[nodiscard]] std::optional<Server> find(const std::string& name);
  [[nodiscard]] CloudResult<ServerId> create(const ServerRequest& request);
  [[nodiscard]] bool remove(const ServerId& id) { return model_.remove(0, id.text(), time_.now()); }
  [[nodiscard]] Quota quota() const;

  [[nodiscard]] CloudModel& model() { return model_; }
  [[nodiscard]] VirtualTime& time() { return time_; }
  /// Called with each server that a manager has had created.
  std::function<void(const CloudServer&)> on_created;

 private:
  [[nodiscard]] vacuum::ServerPage changes(TimePoint since) const;
  [[nodiscard]] Server describe(const CloudServer& server) const;

  VirtualTime& time_;
  CloudModel& model_;
  CloudTroubles troubles_;
  RandomStream draws_;
  KeptListing listing_;
};

/// What the cloud calls the state of a server, in the words of the ports.
[[nodiscard]] MachineState state_of(const CloudServer& server);

}  // namespace vacuum::sim
