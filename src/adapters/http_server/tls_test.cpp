#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>

#include "adapters/http_server/testing/server_fixture.hpp"
#include "adapters/http_server/tls_identity.hpp"
#include "base/testing/certificates.hpp"
#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"

namespace vacuum::http_server {
namespace {

using namespace vacuum::testing;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Talk {
  std::string answer;       ///< empty where no TLS was agreed on
  std::string server_name;  ///< the common name that the server proved
  std::string protocol;
  std::string version;
  bool resumed = false;
};

class TlsTest : public ServerFixture {
 protected:
  void begin_tls(ClientVerifier verifier = {}, HttpServerLimits limits = {}) {
    auto identity = TlsIdentity::load(write_identity("first"), ClientCertificates::asked_for);
    ASSERT_TRUE(identity.ok()) << identity.error();
    identity_ = *identity;
    HttpServerParts parts;
    parts.handler = [](ServedRequest request) -> Async<ServedResponse> {
      co_return ServedResponse{.body = request.client_dn.value_or("nobody") + "|" + request.client_problem +
                                       "|" + (request.over_tls ? "tls" : "plain") + "|" + request.body};
    };
    parts.identity = identity_;
    parts.verify_client = std::move(verifier);
    begin(parts, limits);
  }

  CertificateFiles write_identity(const std::string& name) {
    const auto identity = self_signed_server(name);
    return {replace("cert.pem", identity.pem()), replace("key.pem", identity.key_pem().reveal())};
  }
  /// Writes a file of the directory anew, as another inode; answers its path.
  std::string replace(const std::string& name, const std::string& content) const {
    write_file(directory_ / "new", content);
    std::filesystem::rename(directory_ / "new", directory_ / name);
    return directory_ / name;
  }

  void show_certificate(const std::string& client) {
    const auto identity = self_signed_server(client);
    any_.use_certificate(asio::buffer(identity.pem()), asio::ssl::context::pem);
    any_.use_private_key(asio::buffer(identity.key_pem().reveal()), asio::ssl::context::pem);
  }

  /// One request over a connection of its own.
  Talk talk(asio::ssl::context& context, const std::string& request = kGet) {
    Talk result;
    bool ended = false;
    asio::co_spawn(loop_, exchange(context, request, result),
                   [&](const std::exception_ptr&) { ended = true; });
    run_until([&] { return ended; });
    return result;
  }

  Async<void> exchange(asio::ssl::context& context, std::string request, Talk& result) {
    asio::ssl::stream<tcp::socket> stream(co_await asio::this_coro::executor, context);
    if (session_) SSL_set_session(stream.native_handle(), session_.get());
    const tcp::endpoint server(asio::ip::make_address("127.0.0.1"), port_);
    co_await stream.next_layer().async_connect(server, asio::use_awaitable);
    const unsigned char offer[] = "\x02h2\x08http/1.1";
    SSL_set_alpn_protos(stream.native_handle(), offer, sizeof offer - 1);
    co_await stream.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
    describe(stream.native_handle(), result);
    co_await asio::async_write(stream, asio::buffer(request), asio::use_awaitable);
    boost::system::error_code end;
    co_await asio::async_read(stream, asio::dynamic_buffer(result.answer),
                              asio::redirect_error(asio::use_awaitable, end));
    session_.reset(SSL_get1_session(stream.native_handle()));
  }

  static void describe(SSL* tls, Talk& result) {
    char name[100] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(SSL_get0_peer_certificate(tls)), NID_commonName, name,
                              sizeof name);
    result.server_name = name;
    const unsigned char* protocol = nullptr;
    unsigned int length = 0;
    SSL_get0_alpn_selected(tls, &protocol, &length);
    if (protocol != nullptr) result.protocol.assign(reinterpret_cast<const char*>(protocol), length);
    result.version = SSL_get_version(tls);
    result.resumed = SSL_session_reused(tls) == 1;
  }

  static constexpr const char* kGet = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

  TemporaryDirectory directory_;
  std::shared_ptr<TlsIdentity> identity_;
  std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)> session_{nullptr, SSL_SESSION_free};
  asio::ssl::context any_{asio::ssl::context::tls_client};
};

TEST_F(TlsTest, ServesOverTlsAndSpeaksHttp11) {
  begin_tls();
  const Talk said = talk(any_);
  EXPECT_THAT(said.answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(said.answer, EndsWith("nobody||tls|"));
  EXPECT_EQ(said.server_name, "first");
  EXPECT_EQ(said.protocol, "http/1.1");
  EXPECT_EQ(said.version, "TLSv1.3");
}

TEST_F(TlsTest, TakesBodiesOfManyRecords) {
  begin_tls();
  const std::string body(1'000'000, 'y');
  const Talk said =
      talk(any_, "PUT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1000000\r\n\r\n" + body);
  EXPECT_THAT(said.answer, EndsWith("tls|" + body));
}

TEST_F(TlsTest, SpeaksTls12ButNothingOlder) {
  begin_tls();
  SSL_CTX_set_max_proto_version(any_.native_handle(), TLS1_2_VERSION);
  EXPECT_EQ(talk(any_).version, "TLSv1.2");
  asio::ssl::context old(asio::ssl::context::tls_client);
  SSL_CTX_set_security_level(old.native_handle(), 0);
  SSL_CTX_set_min_proto_version(old.native_handle(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(old.native_handle(), TLS1_1_VERSION);
  EXPECT_EQ(talk(old).answer, "");
}

TEST_F(TlsTest, RefusesCiphersWithoutForwardSecrecy) {
  begin_tls();
  SSL_CTX_set_max_proto_version(any_.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(any_.native_handle(), "AES256-SHA:AES128-GCM-SHA256:ECDHE+AES+SHA");
  EXPECT_EQ(talk(any_).answer, "");
}

TEST_F(TlsTest, ResumesNoSession) {
  begin_tls();
  for (const int version : {TLS1_3_VERSION, TLS1_2_VERSION}) {
    session_.reset();
    SSL_CTX_set_max_proto_version(any_.native_handle(), version);
    EXPECT_NE(talk(any_).answer, "");
    ASSERT_NE(session_, nullptr);
    EXPECT_FALSE(talk(any_).resumed);
  }
}

TEST_F(TlsTest, HandsTheClientsChainToTheVerifierOnceAndBelievesIt) {
  int asked = 0;
  std::string common_name;
  begin_tls([&](const std::vector<std::string>& chain) -> Result<std::string, std::string> {
    ++asked;
    const auto* der = reinterpret_cast<const unsigned char*>(chain.at(0).data());
    const std::unique_ptr<X509, decltype(&X509_free)> own(
        d2i_X509(nullptr, &der, static_cast<long>(chain[0].size())), X509_free);
    char name[100] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(own.get()), NID_commonName, name, sizeof name);
    common_name = name;
    return std::string("/CN=") + name;
  });
  show_certificate("pilot");
  const Talk said = talk(any_, std::string("GET / HTTP/1.1\r\nHost: x\r\n\r\n") + kGet);
  EXPECT_THAT(said.answer, EndsWith("/CN=pilot||tls|"));
  EXPECT_EQ(common_name, "pilot");
  EXPECT_EQ(asked, 1);
}

TEST_F(TlsTest, TellsTheHandlerWhyACertificateIsNotBelieved) {
  begin_tls([](const std::vector<std::string>&) -> Result<std::string, std::string> {
    return Failure{std::string("too old")};
  });
  show_certificate("pilot");
  EXPECT_THAT(talk(any_).answer, EndsWith("nobody|too old|tls|"));
}

TEST_F(TlsTest, UsesANewPairOfFilesForNewConnections) {
  begin_tls();
  EXPECT_EQ(talk(any_).server_name, "first");
  auto unchanged = identity_->reload_if_changed();
  ASSERT_TRUE(unchanged.ok());
  EXPECT_EQ(*unchanged, Reloaded::unchanged);
  write_identity("second");
  auto renewed = identity_->reload_if_changed();
  ASSERT_TRUE(renewed.ok()) << renewed.error();
  EXPECT_EQ(*renewed, Reloaded::renewed);
  EXPECT_EQ(talk(any_).server_name, "second");
}

TEST_F(TlsTest, KeepsTheOldPairWhereTheNewOneIsBadAndSaysSoOnce) {
  begin_tls();
  const auto other = self_signed_server("other");
  replace("cert.pem", other.pem());
  const auto half = identity_->reload_if_changed();
  ASSERT_FALSE(half.ok());
  EXPECT_THAT(half.error(), HasSubstr("key.pem"));
  EXPECT_TRUE(identity_->reload_if_changed().ok());  // told already
  EXPECT_EQ(talk(any_).server_name, "first");
  replace("key.pem", other.key_pem().reveal());
  EXPECT_TRUE(identity_->reload_if_changed().ok());
  EXPECT_EQ(talk(any_).server_name, "other");
  replace("cert.pem", "garbage");
  EXPECT_THAT(identity_->reload_if_changed().error(), HasSubstr("cert.pem gives no certificate"));
  EXPECT_EQ(talk(any_).server_name, "other");
}

TEST_F(TlsTest, TellsUntilWhenItsCertificateIsValid) {
  begin_tls();
  const auto left = identity_->valid_until() - std::chrono::floor<Seconds>(std::chrono::system_clock::now());
  EXPECT_GT(left, Seconds{3000});
  EXPECT_LE(left, Seconds{3601});
}

TEST_F(TlsTest, EndsHandshakesThatAreGarbageOrTooSlow) {
  begin_tls({}, {.handshake = Milliseconds{60}});
  const auto garbage = connect();
  say(garbage, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for_close(garbage);
  EXPECT_EQ(garbage->received.find("200"), std::string::npos);
  const auto silent = connect();
  wait_for_close(silent);
  EXPECT_EQ(silent->received, "");
}

TEST(TlsIdentityTest, SaysWhatIsWrongWithTheFiles) {
  const TemporaryDirectory folder;
  const auto absent =
      TlsIdentity::load({folder / "cert.pem", folder / "key.pem"}, ClientCertificates::not_asked_for);
  ASSERT_FALSE(absent.ok());
  EXPECT_THAT(absent.error(), HasSubstr("cert.pem"));
  EXPECT_THAT(absent.error(), HasSubstr("No such file"));
}

}  // namespace
}  // namespace vacuum::http_server
