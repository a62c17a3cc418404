#include "adapters/image_cache/disk_image_cache.hpp"

#include <deque>
#include <filesystem>
#include <fstream>

#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr char kUrl[] = "https://images.example/a.img?key=hidden";
constexpr char kThen[] = "Wed, 21 Oct 2026 07:28:00 GMT";
constexpr char kLater[] = "Thu, 22 Oct 2026 07:28:00 GMT";

/// A server of one file: what it has, and how much of it goes through before the connection breaks.
class FileServer final : public HttpClient {
 public:
  std::string content = std::string(1000, 'a');
  std::string etag = "\"1\"";
  std::string last_modified = kThen;
  std::optional<std::size_t> breaks_after;
  std::optional<HttpFailure> failure;
  int status = 200;
  std::vector<HttpRequest> seen;

  Async<Result<HttpResponse, HttpFailure>> send(HttpRequest request) override {
    seen.push_back(request);
    if (failure) co_return Failure{*failure};
    const HttpHeaders head{{"ETag", etag}, {"Last-Modified", last_modified}};
    if (status != 200) co_return HttpResponse{.status = status, .body = "<html>"};
    if (header_value(request.headers, "If-None-Match") == etag)
      co_return HttpResponse{.status = 304, .headers = head};
    std::size_t from = 0;
    const std::string_view range = header_value(request.headers, "Range");
    if (!range.empty() && header_value(request.headers, "If-Range") == etag) {
      from = std::stoul(std::string(range.substr(6)));
    }
    const auto& file = *request.answer_file;
    request.progress->total_bytes = static_cast<std::int64_t>(content.size());
    if (static_cast<std::int64_t>(content.size()) > file.max_bytes) {
      co_return Failure{HttpFailure{HttpFailureKind::too_long, "the answer is too long"}};
    }
    if (from == 0)
      std::ofstream(file.head_path) << "ETag: " << etag << "\nLast-Modified: " << last_modified << "\n";
    std::ofstream stream(file.path, from == 0 ? std::ios::trunc : std::ios::app);
    const std::string part = content.substr(from, breaks_after.value_or(std::string::npos));
    stream << part;
    stream.close();
    request.progress->done_bytes = static_cast<std::int64_t>(from + part.size());
    if (breaks_after) co_return Failure{HttpFailure{HttpFailureKind::answer_lost, "the connection broke"}};
    co_return HttpResponse{.status = from == 0 ? 200 : 206, .headers = head};
  }
};

class DiskImageCacheTest : public testing::Test {
 protected:
  Result<LocalImage, ImageError> fetch(const std::string& url = kUrl) {
    return run(loop_, cache_.fetch(url, accept_));
  }

  TemporaryDirectory parent_;
  std::string directory_ = parent_ / "images";
  boost::asio::io_context loop_;
  DiskWorker worker_;
  FileServer server_;
  DiskImageCache cache_{directory_, {.max_bytes = 3000, .spare_bytes_max = 0}, server_, worker_};
  ImageInspection accept_ = [](const ImageBytes&) -> Result<std::string, std::string> {
    return std::string("raw");
  };
};

TEST_F(DiskImageCacheTest, KeepsAnImageWithItsServersTimeAndAsksOnlyForANewerOne) {
  auto first = fetch();
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(content_of(first->path), server_.content);
  EXPECT_EQ(to_unix(first->modified), 1792567680);
  auto second = fetch();
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(*second, *first);
  EXPECT_EQ(header_value(server_.seen.at(1).headers, "If-Modified-Since"), kThen);
  EXPECT_EQ(header_value(server_.seen.at(1).headers, "If-None-Match"), "\"1\"");
}

TEST_F(DiskImageCacheTest, TakesANewerVersion) {
  ASSERT_TRUE(fetch().ok());
  server_.content = std::string(500, 'b');
  server_.etag = "\"2\"";
  server_.last_modified = kLater;
  auto second = fetch();
  ASSERT_TRUE(second.ok()) << second.error().message;
  EXPECT_EQ(content_of(second->path), server_.content);
  EXPECT_EQ(to_unix(second->modified), 1792567680 + 86400);
}

TEST_F(DiskImageCacheTest, ContinuesADownloadThatBroke) {
  server_.breaks_after = 400;
  auto broken = fetch();
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.error().decision, ImageDecision::retry);
  server_.breaks_after.reset();
  auto whole = fetch();
  ASSERT_TRUE(whole.ok()) << whole.error().message;
  EXPECT_EQ(header_value(server_.seen.back().headers, "Range"), "bytes=400-");
  EXPECT_EQ(header_value(server_.seen.back().headers, "If-Range"), "\"1\"");
  EXPECT_EQ(content_of(whole->path), server_.content);
}

TEST_F(DiskImageCacheTest, APartOfAnOldVersionIsNotContinuedWithANewOne) {
  server_.breaks_after = 400;
  ASSERT_FALSE(fetch().ok());
  server_.breaks_after.reset();
  server_.content = std::string(800, 'b');
  server_.etag = "\"2\"";
  auto whole = fetch();
  ASSERT_TRUE(whole.ok()) << whole.error().message;
  EXPECT_EQ(content_of(whole->path), server_.content);
}

TEST_F(DiskImageCacheTest, AVersionThatIsNotAcceptedLeavesTheOldOneInItsPlace) {
  auto first = fetch();
  ASSERT_TRUE(first.ok());
  const std::string old = server_.content;
  server_.content = "<html>";
  server_.etag = "\"2\"";
  accept_ = [](const ImageBytes&) -> Result<std::string, std::string> {
    return Failure{std::string("is a web page")};
  };
  auto refused = fetch();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().decision, ImageDecision::give_up);
  EXPECT_THAT(refused.error().message, HasSubstr("images.example/a.img: is a web page"));
  EXPECT_EQ(content_of(first->path), old);
  EXPECT_EQ(run(loop_, cache_.cached(kUrl)), *first);
}

TEST_F(DiskImageCacheTest, SaysWhatTheServerSaidAndKeepsTheQueryToItself) {
  server_.status = 404;
  auto missing = fetch();
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().decision, ImageDecision::give_up);
  EXPECT_THAT(missing.error().message, HasSubstr("status 404"));
  EXPECT_THAT(missing.error().message, testing::Not(HasSubstr("hidden")));
  server_.status = 503;
  EXPECT_EQ(fetch().error().decision, ImageDecision::retry);
}

TEST_F(DiskImageCacheTest, MakesRoomByGivingUpWhatNobodyUses) {
  ASSERT_TRUE(fetch("http://a/1").ok());
  ASSERT_TRUE(fetch("http://a/2").ok());
  cache_.keep(SpaceName{"s"}, {"http://a/2"});
  server_.content = std::string(1500, 'c');
  auto third = fetch("http://a/3");
  ASSERT_TRUE(third.ok()) << third.error().message;
  EXPECT_FALSE(run(loop_, cache_.cached("http://a/1")));
  EXPECT_TRUE(run(loop_, cache_.cached("http://a/2")));
}

TEST_F(DiskImageCacheTest, WhatIsInUseIsNotGivenUpAndTheAdminIsTold) {
  cache_.keep(SpaceName{"s"}, {"http://a/1"});
  cache_.keep(SpaceName{"t"}, {"http://a/2"});
  ASSERT_TRUE(fetch("http://a/1").ok());
  ASSERT_TRUE(fetch("http://a/2").ok());
  server_.content = std::string(1500, 'c');
  auto third = fetch("http://a/3");
  ASSERT_FALSE(third.ok());
  EXPECT_EQ(third.error().decision, ImageDecision::no_room);
  EXPECT_THAT(third.error().message, HasSubstr("imagecache_mb"));
  EXPECT_TRUE(run(loop_, cache_.cached("http://a/1")));
  EXPECT_TRUE(run(loop_, cache_.cached("http://a/2")));
}

TEST_F(DiskImageCacheTest, AFullDiskKeepsNoPartThatFillsIt) {
  server_.breaks_after = 400;
  ASSERT_FALSE(fetch().ok());
  server_.failure = HttpFailure{HttpFailureKind::local_file, "No space left on device"};
  auto full = fetch();
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().decision, ImageDecision::no_room);
  EXPECT_THAT(full.error().message, HasSubstr("No space left on device"));
  EXPECT_TRUE(fs::is_empty(directory_));
}

TEST_F(DiskImageCacheTest, FindsFilesAndLooksIntoThem) {
  const std::string path = directory_ + "/local";
  write_file(path, "abcdef");
  auto found = run(loop_, cache_.find_file(path));
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->bytes, 6);
  const ImageInspection look = [](const ImageBytes& image) -> Result<std::string, std::string> {
    std::string text(3, ' ');
    auto read = image.read(image.size() - 3, text);
    if (!read) return Failure{read.error()};
    return text;
  };
  EXPECT_EQ(*run(loop_, cache_.inspect(path, look)), "def");
  EXPECT_EQ(run(loop_, cache_.find_file(directory_)).error().decision, ImageDecision::give_up);
  EXPECT_THAT(run(loop_, cache_.find_file("/no/such/file")).error().message, HasSubstr("/no/such/file"));
}

}  // namespace
}  // namespace vacuum
