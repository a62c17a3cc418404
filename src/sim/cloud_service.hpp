#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "sim/cloud_model.hpp"
#include "sim/openstack_api/openstack_api.hpp"
#include "sim/request_faults.hpp"
#include "sim/scenario.hpp"
#include "sim/workload.hpp"

namespace vacuum::sim {

/// A simulated site behind its HTTP doors: the APIs of its cloud, and /cloudbox, by which people and tests
/// watch it and make things go wrong. Its time is the time that is passed, plus what /cloudbox/advance has
/// added.
class CloudService {
 public:
  /// `guest_service` outlives this.
  CloudService(const Scenario& scenario, std::uint64_t seed, Moment start, GuestService& guest_service);

  /// Answers a GET of a path that begins with /www/.
  using Documents = std::function<ServedResponse(const ServedRequest& request, std::string_view path)>;
  /// Serves documents as well, with the same faults as all else.
  void serve_documents(Documents documents) { documents_ = std::move(documents); }

  /// Lets everything happen that is due.
  void advance(Moment now) { model_.advance(now + skipped_); }

  /// What will become of a request. The caller waits for the delay, then asks for the answer.
  [[nodiscard]] RequestFate judge(const ServedRequest& request);
  [[nodiscard]] ServedResponse answer(const ServedRequest& request, const RequestFate& fate, Moment now);

  /// What the service of the guests' manager had to say.
  void guest_sent(std::uint64_t serial, std::string_view file, Moment now) {
    model_.guest_sent(serial, file, now + skipped_);
  }
  void guest_learned(std::uint64_t serial, const GuestFeatures& features, Moment now) {
    model_.guest_learned(serial, features, now + skipped_);
  }

  [[nodiscard]] CloudModel& model() { return model_; }

 private:
  ServedResponse carry_out(const ServedRequest& request, Moment now);
  ServedResponse administer(const ServedRequest& request, const RequestTarget& target, Moment now);
  ServedResponse tell_state(Moment now) const;
  ServedResponse tell_servers() const;
  /// What a VM of this name would see and knows: its user_data (a text of its own), or the rest as JSON.
  ServedResponse tell_guest(std::string_view name, bool only_user_data) const;
  ServedResponse set_faults(const ServedRequest& request);
  ServedResponse add_servers(const ServedRequest& request, Moment now);
  ServedResponse vanish_servers(const ServedRequest& request, Moment now);
  ServedResponse set_quota(const ServedRequest& request);
  ServedResponse skip_time(const ServedRequest& request, Moment now);

  std::uint64_t seed_;
  Moment start_;
  Milliseconds skipped_{0};
  GuestService& guest_service_;
  Documents documents_;
  Workload workload_;
  CloudModel model_;
  OpenstackApi api_;
  RequestFaults faults_;
  RandomStream names_;
  std::uint64_t requests_ = 0;
};

}  // namespace vacuum::sim
