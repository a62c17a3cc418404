#include "adapters/http_server/connection_counts.hpp"

namespace vacuum::http_server {

bool ConnectionCounts::enter(const std::string& address, std::size_t most) {
  const std::scoped_lock lock(mutex_);
  std::size_t& count = by_address_[address];
  if (count >= most) {
    if (count == 0) by_address_.erase(address);
    return false;
  }
  ++count;
  ++total_;
  return true;
}

void ConnectionCounts::leave(const std::string& address) {
  const std::scoped_lock lock(mutex_);
  const auto found = by_address_.find(address);
  if (found == by_address_.end()) return;
  --total_;
  if (--found->second == 0) by_address_.erase(found);
}

std::size_t ConnectionCounts::total() const {
  const std::scoped_lock lock(mutex_);
  return total_;
}

}  // namespace vacuum::http_server
