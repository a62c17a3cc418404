#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace vacuum::http_server {

/// How many connections there are, in total and from each address; for all threads of a service.
class ConnectionCounts {
 public:
  /// Counts one more from `address`, unless it has `most` already.
  [[nodiscard]] bool enter(const std::string& address, std::size_t most);
  void leave(const std::string& address);
  [[nodiscard]] std::size_t total() const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::size_t> by_address_;
  std::size_t total_ = 0;
};

}  // namespace vacuum::http_server
