#pragma once

#include <memory>
#include <optional>

#include "adapters/openstack/catalogue.hpp"
#include "adapters/openstack/transport.hpp"
#include "adapters/openstack/waiters.hpp"
#include "base/secret.hpp"

namespace vacuum::openstack {

/// A token and what it opens.
struct Session {
  Secret token;
  Catalogue catalogue;
  Milliseconds renew_at{0};  ///< monotonic: from then on a new one is asked for
  Milliseconds ends_at{0};   ///< monotonic
};

using SessionPtr = std::shared_ptr<const Session>;

/// Keystone v3: keeps a valid token at hand. Callers that need one at the same time share one login; after a
/// failed login Keystone is left alone for a while, longer each time.
class KeystoneSession {
 public:
  KeystoneSession(const Account& account, Transport& transport);

  /// A session that is believed valid. give_up: Keystone refuses the credentials, or is none.
  Async<CloudResult<SessionPtr>> get(Deadline deadline);

  /// A service did not accept this session's token: the next get() tries to log in anew.
  void reject(const SessionPtr& session);

 private:
  Async<CloudResult<SessionPtr>> renew(Deadline deadline);
  Async<CloudResult<SessionPtr>> log_in(Deadline deadline);
  [[nodiscard]] CloudResult<SessionPtr> read_answer(const Outcome& outcome, Milliseconds asked) const;
  [[nodiscard]] CloudError login_error(const HttpResponse& response) const;
  [[nodiscard]] bool may_use_old() const;
  [[nodiscard]] bool must_wait() const { return error_ && transport_.clock().monotonic() < next_login_; }
  void hold_off(const CloudError& error);

  const Account& account_;
  Transport& transport_;
  std::string url_;
  OneAtATime login_;
  SessionPtr session_;
  bool suspect_ = false;             ///< session_ was not accepted by a service
  std::optional<CloudError> error_;  ///< of the latest login
  int failures_ = 0;                 ///< in a row
  Milliseconds next_login_{0};
};

}  // namespace vacuum::openstack
