#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "platform/x509/trust_anchors.hpp"
#include "ports/http_service.hpp"
#include "ports/log.hpp"

namespace vacuum {

/// Whom the HTTPS service believes: the authorities and revocation lists of a directory, read again when it
/// changes (fetch-crl does so several times a day). Safe from any thread.
class ClientTrust {
 public:
  /// Reads the directory; what is wrong with it is logged.
  ClientTrust(std::string directory, Log& log);

  /// Reads it again where a file came, went or changed. Blocks while it reads.
  void refresh();
  /// Judges chains by what was read last. Must not outlive this.
  [[nodiscard]] ClientVerifier verifier() const;

 private:
  struct Mark {
    std::int64_t size = 0;
    std::int64_t modified_ns = 0;
    friend bool operator==(const Mark&, const Mark&) = default;
  };

  [[nodiscard]] std::map<std::string, Mark> look() const;
  [[nodiscard]] std::shared_ptr<const TrustAnchors> current() const;
  void read();

  std::string directory_;
  Log& log_;
  std::map<std::string, Mark> seen_;
  mutable std::mutex mutex_;
  std::shared_ptr<const TrustAnchors> anchors_;
};

}  // namespace vacuum
