#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/udp.hpp>

#include "base/result.hpp"
#include "domain/settings.hpp"

namespace vacuum::udp {

/// The addresses of a place, those to try first in front; or why there are none.
using Addresses = Result<std::vector<boost::asio::ip::udp::endpoint>, std::string>;

/// Finds the addresses of a place. May block for as long as it likes, on a thread of its own.
using Lookup = std::function<Addresses(const HostPort&)>;

/// By the system's resolver: /etc/hosts, DNS, both families.
[[nodiscard]] Addresses look_up_by_system(const HostPort& place);

/// The endpoint where the host is a numeric address already; nothing else is asked then.
[[nodiscard]] std::optional<boost::asio::ip::udp::endpoint> numeric_endpoint(const HostPort& place);

/// Runs `lookup` on a thread of its own and calls `done` on the executor's loop. The system's resolver can
/// neither be told a deadline nor be stopped: nobody waits for the thread, not even at the end of the
/// process. `done` is not called once the loop has ended.
void look_up_aside(const boost::asio::any_io_executor& executor, Lookup lookup, HostPort place,
                   std::function<void(Addresses)> done);

}  // namespace vacuum::udp
