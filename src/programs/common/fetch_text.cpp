#include "programs/common/fetch_text.hpp"

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>

#include "adapters/http/curl_client.hpp"
#include "programs/common/run_to_end.hpp"

namespace vacuum {

Result<std::string, std::string> fetch_text(const std::string& url, std::size_t max_bytes) {
  boost::asio::io_context loop;
  CurlClient client(loop.get_executor(), {});
  HttpRequest request;
  request.url = url;
  request.max_answer_bytes = max_bytes;
  auto answer = run_to_end(loop, client.send(std::move(request)));
  if (!answer) return Failure{fmt::format("{}: {}", url, answer.error().message)};
  if (answer->status != 200) return Failure{fmt::format("{}: status {}", url, answer->status)};
  return std::move(answer->body);
}

}  // namespace vacuum
