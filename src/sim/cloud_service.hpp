#pragma once

#include <cstdint>
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
  /// `files` outlives this.
  CloudService(const Scenario& scenario, std::uint64_t seed, Moment start, GuestFiles& files);

  /// Lets everything happen that is due.
  void advance(Moment now) { model_.advance(now + skipped_); }

  /// What will become of a request. The caller waits for the delay, then asks for the answer.
  [[nodiscard]] RequestFate judge(const ServedRequest& request);
  [[nodiscard]] ServedResponse answer(const ServedRequest& request, const RequestFate& fate, Moment now);

  [[nodiscard]] CloudModel& model() { return model_; }

 private:
  ServedResponse carry_out(const ServedRequest& request, Moment now);
  ServedResponse administer(const ServedRequest& request, const RequestTarget& target, Moment now);
  ServedResponse tell_state(Moment now) const;
  ServedResponse tell_servers() const;
  ServedResponse set_faults(const ServedRequest& request);
  ServedResponse add_servers(const ServedRequest& request, Moment now);
  ServedResponse vanish_servers(const ServedRequest& request, Moment now);
  ServedResponse set_quota(const ServedRequest& request);
  ServedResponse skip_time(const ServedRequest& request, Moment now);

  std::uint64_t seed_;
  Moment start_;
  Milliseconds skipped_{0};
  Workload workload_;
  CloudModel model_;
  OpenstackApi api_;
  RequestFaults faults_;
  RandomStream names_;
  std::uint64_t requests_ = 0;
};

}  // namespace vacuum::sim
