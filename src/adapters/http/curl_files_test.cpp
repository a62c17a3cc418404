#include "adapters/http/curl_client.hpp"
#include "adapters/http/testing/http_impostor.hpp"
#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

class CurlFilesTest : public testing::Test {
 protected:
  Result<HttpResponse, HttpFailure> send(HttpRequest request) {
    return run(loop_, client_->send(std::move(request)));
  }
  HttpRequest download(std::string_view target, std::int64_t max_bytes = 1 << 20) {
    return {.url = impostor_.url(target), .answer_file = AnswerFile{file_, max_bytes}, .progress = progress_};
  }
  std::string content() const { return content_of(file_); }
  void write(const std::string& text) const { write_file(file_, text); }

  TemporaryDirectory folder_;
  std::string file_ = folder_ / "file";
  std::shared_ptr<TransferProgress> progress_ = std::make_shared<TransferProgress>();
  boost::asio::io_context loop_;
  HttpImpostor impostor_{loop_};
  std::optional<CurlClient> client_{std::in_place, loop_.get_executor()};
};

TEST_F(CurlFilesTest, AnAnswerGoesToItsFileAndReplacesWhatWasThere) {
  const std::string body(300'000, 'x');
  write(std::string(400'000, 'o'));
  impostor_.when("GET", "/image").reply(200, {}, body);
  auto answer = send(download("/image"));
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_TRUE(answer->body.empty());
  EXPECT_EQ(content(), body);
  EXPECT_EQ(progress_->done_bytes, 300'000);
  EXPECT_EQ(progress_->total_bytes, 300'000);
}

TEST_F(CurlFilesTest, AnEmptyAnswerMakesAnEmptyFile) {
  write("old");
  impostor_.when("GET", "/image").reply(200, {}, "");
  ASSERT_TRUE(send(download("/image")).ok());
  EXPECT_EQ(content(), "");
}

TEST_F(CurlFilesTest, APartialAnswerContinuesTheFile) {
  write("01234");
  impostor_.when("GET", "/image").reply(206, {{"Content-Range", "bytes 5-9/10"}}, "56789");
  auto answer = send(download("/image"));
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(content(), "0123456789");
  EXPECT_EQ(progress_->total_bytes, 10);
}

TEST_F(CurlFilesTest, APartThatBeginsElsewhereIsNotTaken) {
  write("01234");
  impostor_.when("GET", "/image").reply(206, {{"Content-Range", "bytes 3-9/10"}}, "3456789");
  auto answer = send(download("/image"));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, HttpFailureKind::answer_lost);
  EXPECT_EQ(content(), "01234");
}

TEST_F(CurlFilesTest, TheHeadersAreKeptForWhoContinuesTheFile) {
  impostor_.when("GET", "/image").reply(200, {{"ETag", "\"1\""}}, "x");
  HttpRequest request = download("/image");
  request.answer_file->head_path = folder_ / "head";
  ASSERT_TRUE(send(std::move(request)).ok());
  EXPECT_THAT(content_of(folder_ / "head"), testing::HasSubstr("ETag: \"1\"\n"));
}

TEST_F(CurlFilesTest, AnAnswerWithoutARequiredHeaderWritesNothing) {
  write("old");
  impostor_.when("GET", "/image").reply(200, {}, "new");
  HttpRequest request = download("/image");
  request.answer_file->required_header = "Last-Modified";
  auto answer = send(std::move(request));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, HttpFailureKind::not_allowed);
  EXPECT_THAT(answer.error().message, testing::HasSubstr("sends no Last-Modified"));
  EXPECT_EQ(content(), "old");
}

TEST_F(CurlFilesTest, AnErrorPageDoesNotTouchTheFile) {
  write("old");
  impostor_.when("GET", "/image").reply(404, {}, "<html>not here</html>");
  auto answer = send(download("/image"));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->body, "<html>not here</html>");
  EXPECT_EQ(content(), "old");
}

TEST_F(CurlFilesTest, WhatCameBeforeABreakStaysInTheFile) {
  impostor_.when("GET", "/image").truncate(10, std::string(100, 'x'));
  auto answer = send(download("/image"));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, HttpFailureKind::answer_lost);
  EXPECT_EQ(content(), std::string(10, 'x'));
}

TEST_F(CurlFilesTest, AnAnnouncedAnswerThatIsTooLongWritesNothingAndTellsItsLength) {
  write("old");
  impostor_.when("GET", "/image").reply(200, {}, std::string(2000, 'x'));
  auto answer = send(download("/image", 1000));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, HttpFailureKind::too_long) << answer.error().message;
  EXPECT_EQ(progress_->total_bytes, 2000);
  EXPECT_EQ(content(), "old");
}

TEST_F(CurlFilesTest, AnEndlessAnswerEndsAtTheBound) {
  impostor_.when("GET", "/image").raw("HTTP/1.1 200 OK\r\n\r\n" + std::string(2000, 'x'));
  auto answer = send(download("/image", 1000));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, HttpFailureKind::too_long) << answer.error().message;
  EXPECT_LE(content().size(), 1000u);
}

TEST_F(CurlFilesTest, AFileThatCannotBeWrittenIsNamed) {
  impostor_.when("GET", "/image").reply(200, {}, "x");
  file_ = folder_ / "no/such/folder/file";
  auto answer = send(download("/image"));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, HttpFailureKind::local_file);
  EXPECT_THAT(answer.error().message, testing::HasSubstr("no/such/folder/file"));
}

TEST_F(CurlFilesTest, AFullDiskIsSaid) {
  impostor_.when("GET", "/image").reply(200, {}, "x");
  file_ = "/dev/full";
  auto answer = send(download("/image"));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, HttpFailureKind::local_file) << answer.error().message;
}

TEST_F(CurlFilesTest, ABodyIsSentFromItsFile) {
  const std::string body(700'000, 'y');
  write(body);
  impostor_.when("PUT", "/file").reply(204, {}, "");
  auto answer = send({.method = "PUT",
                      .url = impostor_.url("/file"),
                      .headers = {{"Content-Type", "application/octet-stream"}},
                      .body_file = file_,
                      .progress = progress_});
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->status, 204);
  const auto& seen = impostor_.seen().at(0);
  EXPECT_EQ(seen.method, "PUT");
  EXPECT_EQ(seen.body, body);
  EXPECT_EQ(header_value(seen.headers, "Content-Type"), "application/octet-stream");
  EXPECT_EQ(progress_->done_bytes, 700'000);
}

TEST_F(CurlFilesTest, ABodyFileThatIsNotThereIsNamed) {
  auto answer = send({.method = "PUT", .url = impostor_.url("/file"), .body_file = folder_ / "missing"});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, HttpFailureKind::local_file) << answer.error().message;
  EXPECT_THAT(answer.error().message, testing::HasSubstr("missing"));
}

TEST_F(CurlFilesTest, AHangingServerHoldsATransferNoLongerThanItsTime) {
  impostor_.when("GET", "/image").hang();
  HttpRequest request = download("/image");
  request.timeout = Milliseconds{50};
  auto answer = send(std::move(request));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, HttpFailureKind::answer_lost) << answer.error().message;
}

}  // namespace
}  // namespace vacuum
