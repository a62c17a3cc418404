#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "config/configuration.hpp"
#include "ports/clock.hpp"
#include "ports/cloud.hpp"
#include "ports/log.hpp"

namespace vacuum {

/// The cloud that a usable space is configured for, with an HTTP client of its own: spaces share no
/// connection and no certificate. Clock and log must outlive it.
[[nodiscard]] std::shared_ptr<Cloud> make_cloud(const SpaceConfiguration& space,
                                                boost::asio::any_io_executor executor, Clock& clock,
                                                Log& log);

}  // namespace vacuum
