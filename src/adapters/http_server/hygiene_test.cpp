#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/http_server/testing/server_fixture.hpp"

namespace vacuum::http_server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// What a server in between might read otherwise than this one must not come through.
class HygieneTest : public ServerFixture {
 protected:
  /// The whole of what a connection got for a text, which must end it.
  std::string refusal_of(const std::string& text) {
    if (!server_) begin_echo();
    const auto client = connect();
    say(client, text);
    wait_for_close(client);
    return client->received;
  }
};

constexpr const char* kHidden = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n";

TEST_F(HygieneTest, RefusesALengthBesideChunks) {
  for (const std::string headers : {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                                    "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"}) {
    const auto answer = refusal_of("POST / HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n0\r\n\r\n" + kHidden);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400")) << headers;
    EXPECT_THAT(answer, Not(HasSubstr("/hidden"))) << headers;
  }
}

TEST_F(HygieneTest, RefusesTransferEncodingsThatAreNotJustChunked) {
  for (const std::string value :
       {"xchunked", "identity", "chunked, gzip", "gzip, chunked", "chunked\r\nTransfer-Encoding: chunked",
        "\x0b"
        "chunked"}) {
    const auto answer = refusal_of("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + value +
                                   "\r\n\r\n0\r\n\r\n" + kHidden);
    EXPECT_THAT(answer, ::testing::AnyOf(StartsWith("HTTP/1.1 400"), StartsWith("HTTP/1.1 501"))) << value;
    EXPECT_THAT(answer, Not(HasSubstr("/hidden"))) << value;
  }
}

TEST_F(HygieneTest, RefusesLengthsThatSayTwoThings) {
  for (const std::string headers : {"Content-Length: 1\r\nContent-Length: 2", "Content-Length: 1, 2",
                                    "Content-Length: +1", "Content-Length: -1", "Content-Length: 0x1",
                                    "Content-Length: 99999999999999999999", "Content-Length: 1 1"}) {
    const auto answer = refusal_of("POST / HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n\r\na" + kHidden);
    EXPECT_THAT(answer, ::testing::AnyOf(StartsWith("HTTP/1.1 400"), StartsWith("HTTP/1.1 413"))) << headers;
    EXPECT_THAT(answer, Not(HasSubstr("/hidden"))) << headers;
  }
}

TEST_F(HygieneTest, RefusesHeadersThatAreSpelledAmbiguously) {
  for (const std::string headers :
       {"Content-Length : 1", " Content-Length: 1", "X: a\r\n b\r\nContent-Length\t: 1", "No colon"}) {
    EXPECT_THAT(refusal_of("POST / HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n\r\na"),
                StartsWith("HTTP/1.1 400"))
        << headers;
  }
  EXPECT_THAT(refusal_of("GET / HTTP/1.1\nHost: x\n\n"), Not(HasSubstr("200")));
}

TEST_F(HygieneTest, NeedsExactlyOneHostOfHttp11) {
  EXPECT_THAT(refusal_of("GET / HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(refusal_of("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(refusal_of("GET /old HTTP/1.0\r\n\r\n"), HasSubstr("GET /old"));
}

TEST_F(HygieneTest, RefusesOtherVersionsAndExpectations) {
  EXPECT_THAT(refusal_of("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(refusal_of("GET / HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\n\r\n"), StartsWith("HTTP/1.1 417"));
}

TEST_F(HygieneTest, RefusesChunksThatAreTooMuchTogether) {
  begin_echo({.body_bytes = 10});
  EXPECT_THAT(refusal_of("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                         "8\r\n12345678\r\n8\r\n12345678\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413"));
}

TEST_F(HygieneTest, AsksAboutTheHeadBeforeItTakesTheBody) {
  bool handled = false;
  HttpServerParts parts;
  parts.handler = [&](ServedRequest) -> Async<ServedResponse> {
    handled = true;
    co_return ServedResponse{};
  };
  parts.head_check = [](const ServedRequest& head) -> std::optional<ServedResponse> {
    if (head.target == "/allowed") return std::nullopt;
    return ServedResponse{.status = 403, .body = "not you\n"};
  };
  begin(parts);
  const auto refused =
      refusal_of("PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(refused, Not(HasSubstr("100 Continue")));
  EXPECT_FALSE(handled);
  const auto client = connect();
  say(client, "PUT /allowed HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  wait_for(client, "100 Continue");
  say(client, "body");
  wait_for(client, "200 OK");
  EXPECT_TRUE(handled);
}

TEST_F(HygieneTest, LetsAClientThatStillSendsSeeWhyItIsRefused) {
  begin_echo({.body_bytes = 1000});
  const auto client = connect();
  say(client, "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n" + std::string(400000, 'x'));
  wait_for_close(client);
  EXPECT_THAT(client->received, StartsWith("HTTP/1.1 413"));
}

}  // namespace
}  // namespace vacuum::http_server
