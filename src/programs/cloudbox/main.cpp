// cloudbox: a simulated cloud behind real HTTP.
#include <csignal>
#include <cstdio>
#include <random>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "adapters/http/curl_client.hpp"
#include "adapters/http_server/http_server.hpp"
#include "programs/cloudbox/announcement.hpp"
#include "programs/cloudbox/documents.hpp"
#include "programs/cloudbox/guest_client.hpp"
#include "programs/cloudbox/guest_directory.hpp"
#include "programs/cloudbox/options.hpp"
#include "sim/cloud_service.hpp"

namespace {

using namespace vacuum;
namespace asio = boost::asio;

constexpr Milliseconds kTick{50};
constexpr Milliseconds kStopGrace{2000};
constexpr std::size_t kBodyBytesMax = 256 << 20;  // images are uploaded

sim::Moment wall_clock() {
  return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
}

std::uint64_t draw_seed() {
  return std::random_device{}() % 1'000'000u;
}

Async<void> wait_for(Milliseconds duration) {
  asio::steady_timer timer(co_await asio::this_coro::executor, duration);
  co_await timer.async_wait(asio::use_awaitable);
}

Async<ServedResponse> serve(sim::CloudService& service, ServedRequest request) {
  const sim::RequestFate fate = service.judge(request);
  if (fate.delay > Milliseconds{0}) co_await wait_for(fate.delay);
  co_return service.answer(request, fate, wall_clock());
}

Async<void> let_time_pass(sim::CloudService& service) {
  for (;;) {
    service.advance(wall_clock());
    co_await wait_for(kTick);
  }
}

Async<void> stop_on_signal(asio::io_context& loop, http_server::HttpServer& server) {
  asio::signal_set signals(loop, SIGINT, SIGTERM);
  co_await signals.async_wait(asio::use_awaitable);
  co_await server.stop(kStopGrace);
  loop.stop();
}

/// Tells the simulation what its guests got.
cloudbox::GuestListener listener(sim::CloudService& service) {
  return {[&service](std::uint64_t serial, std::string_view file) {
            service.guest_sent(serial, file, wall_clock());
          },
          [&service](std::uint64_t serial, const sim::GuestFeatures& features) {
            service.guest_learned(serial, features, wall_clock());
          }};
}

void serve_documents(sim::CloudService& service, const std::string& folder) {
  service.serve_documents(
      [documents = cloudbox::Documents(folder)](const ServedRequest& request, std::string_view path) {
        return documents.answer(request, path);
      });
}

int run(const cloudbox::Options& options) {
  const auto scenario = cloudbox::load_scenario(options);
  if (!scenario) {
    fmt::print(stderr, "cloudbox: {}\n", scenario.error());
    return 2;
  }
  const std::uint64_t seed = options.seed.value_or(draw_seed());
  asio::io_context loop(1);
  cloudbox::GuestDirectory files{options.joboutputs_root};
  CurlClient http(loop.get_executor(),
                  {.ca_file = options.guest_ca_file, .user_agent = "cloudbox (a simulated VM)"});
  cloudbox::GuestClient client(loop.get_executor(), http, wait_for);
  const bool over_https = !options.guest_ca_file.empty();
  sim::GuestService& guest_service = over_https ? static_cast<sim::GuestService&>(client) : files;
  sim::CloudService service(*scenario, seed, wall_clock(), guest_service);
  client.tell(listener(service));
  if (!options.www.empty()) serve_documents(service, options.www);
  http_server::HttpServer server(
      loop.get_executor(), [&service](ServedRequest request) { return serve(service, std::move(request)); },
      {.body_bytes = kBodyBytesMax});
  const auto port = server.start(options.address, options.port);
  if (!port) {
    fmt::print(stderr, "cloudbox: {}\n", port.error());
    return 1;
  }
  if (!cloudbox::write_port_file(options.port_file, *port)) {
    fmt::print(stderr, "cloudbox: cannot write {}\n", options.port_file);
    return 1;
  }
  cloudbox::tell_settings(options, *scenario, *port, seed);
  asio::co_spawn(loop, let_time_pass(service), asio::detached);
  asio::co_spawn(loop, stop_on_signal(loop, server), asio::detached);
  loop.run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = cloudbox::read_options(argc, argv);
  return options ? run(*options) : options.error();
}
