#pragma once

#include <optional>

#include "adapters/openstack/waiters.hpp"
#include "ports/clock.hpp"
#include "ports/cloud.hpp"

namespace vacuum::openstack {

/// A value from the cloud that is good for a while. Callers that come while it is being fetched share the
/// fetch.
template <class T>
class Cached {
 public:
  Cached(Clock& clock, Milliseconds lifetime) : clock_(clock), lifetime_(lifetime) {}

  /// `load` is a callable that answers Async<CloudResult<T>>; it is called at most once, while this runs.
  template <class Load>
  Async<CloudResult<T>> get(Load load) {
    while (!is_fresh()) {
      if (!loading_.is_running()) {
        co_return co_await load_now(load);
      }
      co_await loading_.wait();
      if (error_ && !loading_.is_running()) co_return Failure{*error_};
    }
    co_return *value_;
  }

  void forget() { value_.reset(); }

 private:
  [[nodiscard]] bool is_fresh() const { return value_ && clock_.monotonic() < fresh_until_; }

  template <class Load>
  Async<CloudResult<T>> load_now(Load& load) {
    const OneAtATime::Run run(loading_);
    error_.reset();
    CloudResult<T> loaded = co_await load();
    if (loaded.ok()) {
      value_ = *loaded;
      fresh_until_ = clock_.monotonic() + lifetime_;
    } else {
      error_ = loaded.error();
    }
    co_return loaded;
  }

  Clock& clock_;
  Milliseconds lifetime_;
  OneAtATime loading_;
  std::optional<T> value_;
  Milliseconds fresh_until_{0};
  std::optional<CloudError> error_;  ///< of the latest fetch
};

}  // namespace vacuum::openstack
