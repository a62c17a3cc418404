#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "config/configuration.hpp"
#include "ports/clock.hpp"
#include "ports/cloud.hpp"
#include "ports/fence.hpp"
#include "ports/log.hpp"

namespace vacuum {

/// The cloud that a usable space is configured for, with an HTTP client of its own: spaces share no
/// connection and no certificate. Clock, log and fence must outlive it; behind a closed fence nothing is
/// asked that changes anything.
[[nodiscard]] std::shared_ptr<Cloud> make_cloud(const SpaceConfiguration& space,
                                                boost::asio::any_io_executor executor, Clock& clock, Log& log,
                                                const Fence& fence);

}  // namespace vacuum
