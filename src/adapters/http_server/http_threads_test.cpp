#include "adapters/http_server/http_threads.hpp"

#include <sys/resource.h>

#include <mutex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace vacuum::http_server {
namespace {

namespace asio = boost::asio;
using ::testing::EndsWith;
using ::testing::HasSubstr;

HttpServerParts thread_teller(std::mutex& mutex, std::set<std::thread::id>& seen) {
  HttpServerParts parts;
  parts.handler = [&](ServedRequest) -> Async<ServedResponse> {
    const std::scoped_lock lock(mutex);
    seen.insert(std::this_thread::get_id());
    co_return ServedResponse{.body = "hello"};
  };
  return parts;
}

std::string get(std::uint16_t port) {
  asio::io_context loop;
  asio::ip::tcp::socket socket(loop);
  socket.connect({asio::ip::make_address("127.0.0.1"), port});
  asio::write(socket, asio::buffer(std::string("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")));
  std::string answer;
  boost::system::error_code end;
  asio::read(socket, asio::dynamic_buffer(answer), end);
  return answer;
}

TEST(HttpThreadsTest, ShareOnePortAmongThem) {
  std::mutex mutex;
  std::set<std::thread::id> seen;
  HttpThreads threads(3);
  const auto port = threads.listen(thread_teller(mutex, seen), {}, "127.0.0.1", 0);
  ASSERT_TRUE(port.ok()) << port.error();
  threads.start();
  for (int i = 0; i < 200 && seen.size() < 2; ++i) EXPECT_THAT(get(*port), EndsWith("hello"));
  EXPECT_GT(seen.size(), 1u);
  EXPECT_EQ(seen.count(std::this_thread::get_id()), 0u);
  EXPECT_TRUE(threads.stop(Milliseconds{1000}));
}

TEST(HttpThreadsTest, SayThatAPortIsTakenAlsoByAnotherOfTheirKind) {
  std::mutex mutex;
  std::set<std::thread::id> seen;
  HttpThreads first(2), second(2);
  const auto port = first.listen(thread_teller(mutex, seen), {}, "127.0.0.1", 0);
  ASSERT_TRUE(port.ok()) << port.error();
  const auto taken = second.listen(thread_teller(mutex, seen), {}, "127.0.0.1", *port);
  ASSERT_FALSE(taken.ok());
  EXPECT_THAT(taken.error(), HasSubstr("in use"));
}

TEST(HttpThreadsTest, StopInTimeThoughARequestNeverEnds) {
  HttpThreads threads(1);
  std::promise<void> inside;
  HttpServerParts parts;
  parts.handler = [&](ServedRequest) -> Async<ServedResponse> {
    inside.set_value();
    asio::steady_timer never(co_await asio::this_coro::executor, std::chrono::hours(1));
    co_await never.async_wait(asio::use_awaitable);
    co_return ServedResponse{};
  };
  const auto port = threads.listen(std::move(parts), {}, "127.0.0.1", 0);
  ASSERT_TRUE(port.ok()) << port.error();
  threads.start();
  asio::io_context loop;
  asio::ip::tcp::socket socket(loop);
  socket.connect({asio::ip::make_address("127.0.0.1"), *port});
  asio::write(socket, asio::buffer(std::string("GET / HTTP/1.1\r\nHost: x\r\n\r\n")));
  inside.get_future().wait();
  EXPECT_TRUE(threads.stop(Milliseconds{50}));
}

TEST(HttpThreadsTest, MayOpenAsManyFilesAsTheProcessIsAllowed) {
  rlimit limit{};
  const std::size_t most = raise_descriptor_limit();
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(most, limit.rlim_cur);
  EXPECT_EQ(limit.rlim_cur, limit.rlim_max);
}

}  // namespace
}  // namespace vacuum::http_server
