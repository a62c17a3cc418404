#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/udp.hpp>

#include "adapters/udp/name_lookup.hpp"
#include "base/time.hpp"

namespace vacuum::udp {

/// One place that datagrams go to. `now` is monotonic time. On the loop's thread alone.
class Destination : public std::enable_shared_from_this<Destination> {
 public:
  Destination(boost::asio::any_io_executor executor, HostPort place, Lookup lookup);

  void send(std::string datagram, Milliseconds now);
  [[nodiscard]] std::string problem(Milliseconds now) const;
  [[nodiscard]] bool has_waiting() const { return !waiting_.empty(); }
  [[nodiscard]] Milliseconds last_used() const { return last_used_; }

 private:
  using Endpoint = boost::asio::ip::udp::endpoint;
  struct Told {
    std::string sentence;
    Milliseconds at{0};
  };

  void look_up_if_due(Milliseconds now);
  void take_addresses(Addresses found);
  void send_now(const std::string& datagram, Milliseconds now);
  [[nodiscard]] boost::system::error_code try_address(const std::string& datagram);
  void use_next_address();

  boost::asio::any_io_executor executor_;
  HostPort place_;
  Lookup lookup_;
  std::vector<Endpoint> addresses_;
  std::size_t current_ = 0;
  std::optional<boost::asio::ip::udp::socket> socket_;  ///< connected to the current address
  std::deque<std::string> waiting_;                     ///< for the first addresses
  bool looking_up_ = false;
  std::optional<Milliseconds> lookup_began_;
  std::string lookup_problem_;
  std::optional<Told> send_problem_;
  Milliseconds last_used_{0};
};

}  // namespace vacuum::udp
