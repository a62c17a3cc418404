#include "programs/common/fetch_text.hpp"

#include <filesystem>
#include <system_error>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>

#include "adapters/http/http_resource_fetcher.hpp"
#include "adapters/http/redirect_follower.hpp"
#include "adapters/system/system_clock.hpp"
#include "base/version.hpp"
#include "programs/common/run_to_end.hpp"

namespace vacuum {
namespace {

constexpr Milliseconds kFetchTimeout{30'000};

}  // namespace

CurlClientOptions fetching_options(const std::string& ca_directory) {
  CurlClientOptions options;
  std::error_code error;
  if (std::filesystem::is_directory(ca_directory, error)) options.ca_directory = ca_directory;
  options.connect_timeout = Milliseconds{5000};
  options.max_connections_per_host = 8;
  options.user_agent = fmt::format("vacuum/{}", version());
  return options;
}

Result<std::string, std::string> fetch_text(const std::string& url, std::size_t max_bytes,
                                            const std::string& ca_directory) {
  boost::asio::io_context loop;
  SystemClock clock;
  CurlClient client(loop.get_executor(), fetching_options(ca_directory));
  RedirectFollower redirects(client, clock);
  HttpResourceFetcher fetcher(redirects);
  FetchRequest request{.url = url, .max_bytes = max_bytes, .timeout = kFetchTimeout, .known = {}};
  auto answer = run_to_end(loop, fetcher.fetch(std::move(request)));
  if (!answer) return Failure{std::move(answer.error().message)};
  if (auto* fetched = std::get_if<FetchedText>(&*answer)) return std::move(fetched->text);
  return Failure{url + ": the server takes us for somebody who has a copy already"};
}

}  // namespace vacuum
