#pragma once

#include "domain/event.hpp"

namespace vacuum {

/// Where events go. Never waits, never fails: what cannot be kept is lost, and the sink says so by itself.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void tell(Event event) = 0;
};

}  // namespace vacuum
