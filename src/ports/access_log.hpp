#pragma once

#include <cstdint>
#include <string>

#include "base/time.hpp"

namespace vacuum {

/// One request that was answered. Holds no secret: neither headers nor query are in it.
struct AccessRecord {
  std::string peer;      ///< address of the other end
  std::string identity;  ///< how the client made itself known: a DN, "token"; empty for not at all
  std::string method;
  std::string path;         ///< as sent, without its query
  int status = 0;           ///< 0: the connection ended before an answer
  std::uint64_t bytes = 0;  ///< of the answer's body
  Milliseconds took{0};     ///< from the first byte of the request to the last of the answer
};

/// Where a line for each request goes. Never blocks, never fails; safe from any thread.
class AccessLog {
 public:
  virtual ~AccessLog() = default;
  virtual void write(const AccessRecord& record) = 0;
};

}  // namespace vacuum
