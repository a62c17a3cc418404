#include "programs/cloudbox/documents.hpp"

#include <gtest/gtest.h>

#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"

namespace vacuum::cloudbox {
namespace {

class DocumentsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(root_ / "sub");
    write_file(root_ / "a.pipe", "0123456789");
    write_file(root_ / ".hidden", "x");
    write_file(directory_ / "www-beside", "x");
  }
  ServedResponse get(std::string_view path, HttpHeaders headers = {}) const {
    ServedRequest request;
    request.method = "GET";
    request.headers = std::move(headers);
    return Documents(root_).answer(request, path);
  }
  TemporaryDirectory directory_;
  std::filesystem::path root_ = directory_ / "www";
};

TEST_F(DocumentsTest, AreServedWithTheirTime) {
  const auto answer = get("/www/a.pipe");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "0123456789");
  EXPECT_EQ(header_value(answer.headers, "Content-Type"), "application/json");
  EXPECT_TRUE(header_value(answer.headers, "Last-Modified").ends_with(" GMT"));
}

TEST_F(DocumentsTest, AreNotSentAgainWhereTheClientHasThem) {
  const std::string modified(header_value(get("/www/a.pipe").headers, "Last-Modified"));
  const auto answer = get("/www/a.pipe", {{"If-Modified-Since", modified}});
  EXPECT_EQ(answer.status, 304);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(get("/www/a.pipe", {{"If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"}}).status, 200);
  EXPECT_EQ(get("/www/a.pipe", {{"If-Modified-Since", "yesterday"}}).status, 200);
}

TEST_F(DocumentsTest, GoOnWhereADownloadEnded) {
  const auto answer = get("/www/a.pipe", {{"Range", "bytes=4-"}});
  EXPECT_EQ(answer.status, 206);
  EXPECT_EQ(answer.body, "456789");
  EXPECT_EQ(header_value(answer.headers, "Content-Range"), "bytes 4-9/10");
  EXPECT_EQ(get("/www/a.pipe", {{"Range", "bytes=2-3"}}).body, "23");
  EXPECT_EQ(get("/www/a.pipe", {{"Range", "bytes=8-300"}}).body, "89");
  EXPECT_EQ(get("/www/a.pipe", {{"Range", "bytes=10-"}}).status, 416);
  for (const char* range : {"bytes=", "bytes=-3", "bytes=3-2", "lines=1-", "bytes=x-"})
    EXPECT_EQ(get("/www/a.pipe", {{"Range", range}}).body, "0123456789") << range;
}

TEST_F(DocumentsTest, AreSentWholeWhereTheyChangedSinceTheDownloadBegan) {
  const std::string modified(header_value(get("/www/a.pipe").headers, "Last-Modified"));
  EXPECT_EQ(get("/www/a.pipe", {{"Range", "bytes=4-"}, {"If-Range", modified}}).status, 206);
  EXPECT_EQ(get("/www/a.pipe", {{"Range", "bytes=4-"}, {"If-Range", "Sun, 06 Nov 1994 08:49:37 GMT"}}).status,
            200);
}

TEST_F(DocumentsTest, DoNotLeadOutOfTheirFolder) {
  for (const char* path : {"/www/", "/www/nosuch", "/www/sub", "/www/.hidden", "/www/../a.pipe",
                           "/www//a.pipe", "/www/sub/../a.pipe", "/www/sub/..", "/www"})
    EXPECT_EQ(get(path).status, 404) << path;
  EXPECT_EQ(get("/www/../www-beside").status, 404);
  ServedRequest put;
  put.method = "PUT";
  EXPECT_EQ(Documents(root_).answer(put, "/www/a.pipe").status, 405);
}

}  // namespace
}  // namespace vacuum::cloudbox
