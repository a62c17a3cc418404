#include "adapters/udp/udp_sink.hpp"

#include <gtest/gtest.h>

#include <future>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>

#include "ports/testing/fake_clock.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

namespace asio = boost::asio;
using Socket = asio::ip::udp::socket;
using Endpoint = asio::ip::udp::endpoint;

/// Listens on a loopback address.
class Listener {
 public:
  explicit Listener(const std::string& address)
      : socket_(context_, Endpoint(asio::ip::make_address(address), 0)) {
    socket_.non_blocking(true);
  }

  [[nodiscard]] int port() const { return socket_.local_endpoint().port(); }
  /// What came; empty where nothing did.
  std::string receive() {
    std::string text(70'000, '\0');
    boost::system::error_code error;
    text.resize(socket_.receive(asio::buffer(text), 0, error));
    return error ? std::string() : text;
  }
  void close() { socket_.close(); }

 private:
  asio::io_context context_;
  Socket socket_;
};

udp::Addresses addresses(std::initializer_list<std::pair<const char*, int>> places) {
  std::vector<Endpoint> endpoints;
  for (const auto& [address, port] : places)
    endpoints.emplace_back(asio::ip::make_address(address), static_cast<unsigned short>(port));
  return endpoints;
}

class UdpSinkTest : public ::testing::Test {
 protected:
  /// Answers lookups as told, and counts them.
  UdpSink sink_with(udp::Addresses answer) {
    return UdpSink(loop_.get_executor(), clock_, [this, answer](const HostPort&) {
      ++lookups_;
      return answer;
    });
  }
  void wait_for_lookup(UdpSink& sink) { run(loop_, settled(sink)); }

  asio::io_context loop_;
  FakeClock clock_;
  std::atomic<int> lookups_{0};

 private:
  /// Goes on with the loop until the answer of a lookup thread has come; time stands still meanwhile.
  Async<void> settled(UdpSink& sink) {
    asio::steady_timer pause(loop_);
    while (sink.waits()) {
      pause.expires_after(Milliseconds{1});
      co_await pause.async_wait(asio::use_awaitable);
    }
  }
};

TEST_F(UdpSinkTest, ADatagramReachesNumericAddressesOfBothFamilies) {
  UdpSink sink(loop_.get_executor(), clock_);
  for (const char* address : {"127.0.0.1", "::1"}) {
    Listener listener(address);
    sink.send({address, listener.port()}, "hello");
    EXPECT_EQ(listener.receive(), "hello") << address;
    EXPECT_EQ(sink.problem({address, listener.port()}), "");
  }
}

TEST_F(UdpSinkTest, ANameIsLookedUpOnceAndWhatWasSentMeanwhileFollows) {
  Listener listener("::1");
  auto sink = sink_with(addresses({{"::1", listener.port()}}));
  const HostPort place{"vacmon.example.org", 1};
  sink.send(place, "first");
  sink.send(place, "second");
  wait_for_lookup(sink);
  sink.send(place, "third");
  for (const char* text : {"first", "second", "third"}) EXPECT_EQ(listener.receive(), text);
  EXPECT_EQ(lookups_, 1);
}

TEST_F(UdpSinkTest, TheSystemsResolverKnowsLocalhost) {
  Listener listener("127.0.0.1");
  UdpSink sink(loop_.get_executor(), clock_);
  const HostPort place{"localhost", listener.port()};
  sink.send(place, "first");
  wait_for_lookup(sink);
  // Where localhost is ::1 first, that nobody listens there shows at the second datagram.
  for (int i = 0; i < 3; ++i) sink.send(place, "again");
  EXPECT_NE(listener.receive(), "");
}

TEST_F(UdpSinkTest, ANameThatIsNotKnownIsToldAndAskedForAgainLater) {
  auto sink = sink_with(Failure{std::string("cannot find the address of vacmon: not known")});
  const HostPort place{"vacmon", 8884};
  sink.send(place, "lost");
  wait_for_lookup(sink);
  EXPECT_EQ(sink.problem(place), "cannot find the address of vacmon: not known");
  sink.send(place, "lost");
  EXPECT_EQ(lookups_, 1);
  clock_.advance(Milliseconds{31'000});
  sink.send(place, "lost");
  wait_for_lookup(sink);
  EXPECT_EQ(lookups_, 2);
}

TEST_F(UdpSinkTest, AResolverThatHangsDelaysNothingAndIsTold) {
  std::promise<void> released;
  auto hang = released.get_future().share();
  {
    UdpSink sink(loop_.get_executor(), clock_, [hang](const HostPort&) -> udp::Addresses {
      hang.wait();
      return Failure{std::string("too late")};
    });
    const HostPort place{"vacmon", 8884};
    Listener listener("127.0.0.1");
    for (int i = 0; i < 1000; ++i) sink.send(place, "waits or is dropped");
    sink.send({"127.0.0.1", listener.port()}, "goes");
    EXPECT_EQ(listener.receive(), "goes");
    EXPECT_EQ(sink.problem(place), "");
    clock_.advance(Milliseconds{6'000});
    EXPECT_EQ(sink.problem(place), "no answer yet to the question for the address of vacmon");
  }
  released.set_value();  // the thread ends after the sink: no harm
}

TEST_F(UdpSinkTest, WhatWaitsForAnAddressIsBounded) {
  Listener listener("127.0.0.1");
  std::promise<void> released;
  auto hang = released.get_future().share();
  UdpSink sink(loop_.get_executor(), clock_, [&, hang](const HostPort&) {
    hang.wait();
    return addresses({{"127.0.0.1", listener.port()}});
  });
  for (int i = 0; i < 1000; ++i) sink.send({"vacmon", 8884}, std::to_string(i));
  released.set_value();
  wait_for_lookup(sink);
  EXPECT_EQ(listener.receive(), "744");  // the newest 256
}

TEST_F(UdpSinkTest, ADeadMonitorIsToldAndForgivenWhenItLivesAgain) {
  auto listener = std::make_unique<Listener>("127.0.0.1");
  const HostPort place{"127.0.0.1", listener->port()};
  listener->close();
  UdpSink sink(loop_.get_executor(), clock_);
  sink.send(place, "nobody hears");
  sink.send(place, "nobody hears");
  EXPECT_EQ(sink.problem(place),
            "cannot send 12 bytes to 127.0.0.1 port " + std::to_string(place.port) + ": Connection refused");
  clock_.advance(Milliseconds{151'000});
  EXPECT_EQ(sink.problem(place), "");
}

TEST_F(UdpSinkTest, TheNextAddressOfANameTakesOverFromADeadOne) {
  Listener dead("::1");
  Listener alive("127.0.0.1");
  auto sink = sink_with(addresses({{"::1", dead.port()}, {"127.0.0.1", alive.port()}}));
  dead.close();
  const HostPort place{"vacmon", 1};
  sink.send(place, "lost");
  wait_for_lookup(sink);
  for (int i = 0; i < 3; ++i) sink.send(place, "arrives");
  EXPECT_EQ(alive.receive(), "arrives");
}

TEST_F(UdpSinkTest, AddressesAreLookedUpAgainAfterAWhileAndKeptWhereThatFails) {
  Listener listener("127.0.0.1");
  const int port = listener.port();
  UdpSink sink(loop_.get_executor(), clock_, [&, port](const HostPort&) -> udp::Addresses {
    if (lookups_++ == 0) return addresses({{"127.0.0.1", port}});
    return Failure{std::string("no server answers")};
  });
  const HostPort place{"vacmon", 8884};
  sink.send(place, "first");
  wait_for_lookup(sink);
  clock_.advance(Milliseconds{301'000});
  sink.send(place, "second");
  while (sink.problem(place).empty()) loop_.run_one(), loop_.restart();
  sink.send(place, "third");
  EXPECT_EQ(sink.problem(place), "no server answers; the one known from before is used");
  for (const char* text : {"first", "second", "third"}) EXPECT_EQ(listener.receive(), text);
}

TEST_F(UdpSinkTest, ADatagramThatIsTooLongIsToldInWords) {
  Listener listener("127.0.0.1");
  UdpSink sink(loop_.get_executor(), clock_);
  const HostPort place{"127.0.0.1", listener.port()};
  sink.send(place, std::string(70'000, 'x'));
  EXPECT_NE(sink.problem(place).find("70000 bytes"), std::string::npos);
}

}  // namespace
}  // namespace vacuum
