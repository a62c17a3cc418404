#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include "adapters/http/curl_client.hpp"
#include "base/testing/certificates.hpp"
#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

using boost::asio::ip::tcp;
constexpr auto kAwait = boost::asio::as_tuple(boost::asio::use_awaitable);

/// A web server over TLS that answers everything alike.
class TlsServer {
 public:
  TlsServer(boost::asio::io_context& loop, const testing::TestCertificate& identity)
      : acceptor_(loop, {boost::asio::ip::address_v4::loopback(), 0}) {
    context_.use_certificate(boost::asio::buffer(identity.pem()), boost::asio::ssl::context::pem);
    context_.use_private_key(boost::asio::buffer(identity.key_pem().reveal()),
                             boost::asio::ssl::context::pem);
    boost::asio::co_spawn(loop, serve(), boost::asio::detached);
  }
  [[nodiscard]] std::string url(const std::string& host = "127.0.0.1") const {
    return "https://" + host + ":" + std::to_string(acceptor_.local_endpoint().port()) + "/";
  }
  [[nodiscard]] int requests() const { return requests_; }

 private:
  boost::asio::awaitable<void> serve() {
    for (;;) {
      auto [error, socket] = co_await acceptor_.async_accept(kAwait);
      if (error) co_return;
      boost::asio::ssl::stream<tcp::socket> stream(std::move(socket), context_);
      auto [refused] = co_await stream.async_handshake(boost::asio::ssl::stream_base::server, kAwait);
      if (refused) continue;
      std::string head;
      auto [lost, size] = co_await boost::asio::async_read_until(stream, boost::asio::dynamic_buffer(head),
                                                                 "\r\n\r\n", kAwait);
      if (lost) continue;
      ++requests_;
      const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
      co_await boost::asio::async_write(stream, boost::asio::buffer(answer), kAwait);
    }
  }

  tcp::acceptor acceptor_;
  boost::asio::ssl::context context_{boost::asio::ssl::context::tls_server};
  int requests_ = 0;
};

class CurlClientTlsTest : public ::testing::Test {
 protected:
  CurlClientTlsTest() { write_file(ca_file_, identity_.pem()); }
  auto get(const std::string& url, const std::string& ca_file) {
    CurlClient client(loop_.get_executor(), {.ca_file = ca_file});
    return run(loop_, client.send({.url = url}));
  }

  testing::TestCertificate identity_ = testing::self_signed_server("test");
  TemporaryDirectory directory_;
  std::string ca_file_ = directory_ / "ca.pem";
  boost::asio::io_context loop_;
  TlsServer server_{loop_, identity_};
};

TEST_F(CurlClientTlsTest, TrustsThePeersOfTheAuthorityThatItWasGiven) {
  auto answer = get(server_.url(), ca_file_);
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->body, "ok");
}

TEST_F(CurlClientTlsTest, TrustsTheAuthoritiesOfADirectoryBesideTheSystems) {
  const auto folder = directory_ / "certificates";
  write_file(folder / fmt::format("{:08x}.0", X509_subject_name_hash(identity_.object.get())),
             identity_.pem());
  CurlClient client(loop_.get_executor(), {.ca_directory = folder});
  auto answer = run(loop_, client.send({.url = server_.url()}));
  ASSERT_TRUE(answer.ok()) << answer.error().message;
}

TEST_F(CurlClientTlsTest, SendsNothingToAPeerOfAnUnknownAuthority) {
  auto answer = get(server_.url(), "");
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, HttpFailureKind::not_allowed) << answer.error().message;
  EXPECT_EQ(server_.requests(), 0);
}

TEST_F(CurlClientTlsTest, SendsNothingToAPeerOfAnotherName) {
  auto answer = get(server_.url("localhost"), ca_file_);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, HttpFailureKind::not_allowed) << answer.error().message;
  EXPECT_EQ(server_.requests(), 0);
}

TEST_F(CurlClientTlsTest, SaysThatTheAuthorityFileCannotBeRead) {
  auto answer = get(server_.url(), "/no/such/file.pem");
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, HttpFailureKind::not_allowed) << answer.error().message;
  EXPECT_THAT(answer.error().message, ::testing::HasSubstr("/no/such/file.pem"));
}

}  // namespace
}  // namespace vacuum
