#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include "adapters/http/curl_client.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

using boost::asio::ip::tcp;
constexpr auto kAwait = boost::asio::as_tuple(boost::asio::use_awaitable);

std::string pem(const std::function<int(BIO*)>& write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
  write(memory.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

struct Identity {
  std::string certificate;
  std::string key;
};

/// A certificate of its own authority for the address 127.0.0.1.
Identity self_signed() {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  auto* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1,
                             0);
  X509_set_issuer_name(certificate.get(), name);
  X509_EXTENSION* address = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
  X509_add_ext(certificate.get(), address, -1);
  X509_EXTENSION_free(address);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  return {.certificate = pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate.get()); }),
          .key = pem([&](BIO* out) {
            return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

/// A web server over TLS that answers everything alike.
class TlsServer {
 public:
  TlsServer(boost::asio::io_context& loop, const Identity& identity)
      : acceptor_(loop, {boost::asio::ip::address_v4::loopback(), 0}) {
    context_.use_certificate(boost::asio::buffer(identity.certificate), boost::asio::ssl::context::pem);
    context_.use_private_key(boost::asio::buffer(identity.key), boost::asio::ssl::context::pem);
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

class CurlClientTlsTest : public testing::Test {
 protected:
  CurlClientTlsTest() { std::ofstream(ca_file_) << identity_.certificate; }
  ~CurlClientTlsTest() override { std::filesystem::remove(ca_file_); }
  auto get(const std::string& url, const std::string& ca_file) {
    CurlClient client(loop_.get_executor(), {.ca_file = ca_file});
    return run(loop_, client.send({.url = url}));
  }

  Identity identity_ = self_signed();
  std::string ca_file_ =
      std::filesystem::temp_directory_path() / ("vacuum-ca-" + std::to_string(getpid()) + ".pem");
  boost::asio::io_context loop_;
  TlsServer server_{loop_, identity_};
};

TEST_F(CurlClientTlsTest, TrustsThePeersOfTheAuthorityThatItWasGiven) {
  auto answer = get(server_.url(), ca_file_);
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->body, "ok");
}

TEST_F(CurlClientTlsTest, TrustsTheAuthoritiesOfADirectoryBesideTheSystems) {
  const auto folder = std::filesystem::path(ca_file_ + ".d");
  std::filesystem::create_directories(folder);
  BIO* text = BIO_new_mem_buf(identity_.certificate.data(), static_cast<int>(identity_.certificate.size()));
  X509* certificate = PEM_read_bio_X509(text, nullptr, nullptr, nullptr);
  std::ofstream(folder / fmt::format("{:08x}.0", X509_subject_name_hash(certificate)))
      << identity_.certificate;
  X509_free(certificate);
  BIO_free(text);
  CurlClient client(loop_.get_executor(), {.ca_directory = folder});
  auto answer = run(loop_, client.send({.url = server_.url()}));
  std::filesystem::remove_all(folder);
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
  EXPECT_THAT(answer.error().message, testing::HasSubstr("/no/such/file.pem"));
}

}  // namespace
}  // namespace vacuum
