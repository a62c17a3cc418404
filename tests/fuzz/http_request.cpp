// The bytes of a connection to our HTTP server.
#include "adapters/http_server/request_parser.hpp"

#include "fuzz.hpp"

namespace vacuum::fuzz {
namespace {

using http_server::RequestParser;

http_server::HttpServerLimits limits() {
  http_server::HttpServerLimits limits;
  limits.header_bytes = 1024;
  limits.body_bytes = 2048;
  return limits;
}

/// What became of the bytes, told in words: two ways of cutting them must tell the same.
struct Told {
  RequestParser::Progress progress = RequestParser::Progress::more;
  std::string request;
};

std::string text_of(const ServedRequest& request) {
  std::string text = request.method + " " + request.target + "\n";
  for (const auto& [name, value] : request.headers) text += name + ": " + value + "\n";
  return text + "\n" + request.body;
}

Told parse(std::string_view data, std::size_t step) {
  const http_server::HttpServerLimits bounds = limits();
  RequestParser parser(bounds);
  boost::beast::flat_buffer buffer(bounds.header_bytes + 8192);
  Told told;
  while (!data.empty() && told.progress != RequestParser::Progress::whole &&
         told.progress != RequestParser::Progress::wrong) {
    const std::size_t size = std::min({step, data.size(), buffer.max_size() - buffer.size()});
    if (size == 0) break;
    const auto space = buffer.prepare(size);
    data.copy(static_cast<char*>(space.data()), size);
    buffer.commit(size);
    data.remove_prefix(size);
    told.progress = parser.parse(buffer);
  }
  if (told.progress == RequestParser::Progress::wrong)
    require(parser.refusal().status >= 400, "what is wrong is refused");
  if (told.progress == RequestParser::Progress::whole) {
    const ServedRequest request = parser.take();
    require(request.body.size() <= bounds.body_bytes, "no body is larger than allowed");
    require(is_one_line(request.target), "a target is one line");
    for (const auto& [name, value] : request.headers)
      require(value.find('\n') == std::string::npos, "a header is one line");
    told.request = text_of(request);
  }
  return told;
}

}  // namespace

void try_input(std::string_view data) {
  const Told at_once = parse(data, 8192);
  const Told in_pieces = parse(data, 7);
  if (at_once.progress != RequestParser::Progress::whole) return;
  require(in_pieces.progress == RequestParser::Progress::whole, "a request is whole however it is cut");
  require(at_once.request == in_pieces.request, "a request does not depend on how it is cut");
}

}  // namespace vacuum::fuzz
