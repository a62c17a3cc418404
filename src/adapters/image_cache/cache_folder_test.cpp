#include "adapters/image_cache/cache_folder.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/http_date.hpp"
#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"

namespace vacuum {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class CacheFolderTest : public testing::Test {
 protected:
  CacheFolderTest() { EXPECT_TRUE(folder().prepare().ok()); }

  CacheFolder folder(std::int64_t max_bytes = 1000) const { return {directory_.string(), {max_bytes, 0}}; }
  void write(const std::string& file, std::size_t bytes) const {
    write_file(directory_ / file, std::string(bytes, 'x'));
  }
  void write_head(const std::string& file, const std::string& text, int age_seconds) const {
    write_file(directory_ / file, text);
    fs::last_write_time(directory_ / file, fs::file_time_type::clock::now() - Seconds{age_seconds});
  }
  bool there(const std::string& file) const { return fs::exists(directory_ / file); }

  TemporaryDirectory parent_;
  fs::path directory_ = parent_ / "images";
};

TEST_F(CacheFolderTest, NamesAreUrlsWithTheirSpecialCharactersReplaced) {
  EXPECT_EQ(CacheFolder::name_of("https://a.example/b c.iso?x=1"),
            "https%3A%2F%2Fa.example%2Fb%20c.iso%3Fx%3D1");
  const std::string long_url = "https://a.example/" + std::string(500, 'x');
  EXPECT_LE(CacheFolder::name_of(long_url).size(), 200u);
  EXPECT_NE(CacheFolder::name_of(long_url), CacheFolder::name_of(long_url + "y"));
}

TEST_F(CacheFolderTest, NoUrlIsTakenForAnothersDownload) {
  EXPECT_NE(CacheFolder::name_of("http://a/image.part"), folder().part_of("http%3A%2F%2Fa%2Fimage"));
  EXPECT_FALSE(CacheFolder::name_of("http://a/image.part").ends_with(".part"));
  EXPECT_FALSE(CacheFolder::name_of("http://a/image.head").ends_with(".head"));
}

TEST_F(CacheFolderTest, IsForItsOwnerAlone) {
  EXPECT_EQ(fs::status(directory_).permissions(), fs::perms::owner_all);
}

TEST_F(CacheFolderTest, TellsWhatABrokenDownloadIsAPartOf) {
  write("a.part", 10);
  write_head("a.part.head", "Server: x\nETag: \"1\"\nlast-modified: then\n", 0);
  const CacheEntry entry = folder().look("a");
  EXPECT_FALSE(entry.image);
  EXPECT_EQ(entry.part_bytes, 10);
  EXPECT_EQ(entry.part_version, (CachedVersion{"\"1\"", "then"}));
}

TEST_F(CacheFolderTest, WhatIsThereAlreadyOfADownloadIsNoLossOfRoom) {
  write("b", 600);
  write("a.part", 300);
  EXPECT_EQ(folder().look("a").room_bytes, 400);
  EXPECT_EQ(folder().look("c").room_bytes, 100);
}

TEST_F(CacheFolderTest, AnAcceptedDownloadTakesThePlaceOfTheImageWithItsServersTime) {
  write("a", 5);
  write("a.part", 10);
  write_head("a.part.head", "ETag: \"2\"\n", 0);
  const auto modified = *parse_http_date("Wed, 21 Oct 2026 07:28:00 GMT");
  auto image = folder().accept_part("a", modified);
  ASSERT_TRUE(image.ok()) << image.error();
  EXPECT_EQ(image->bytes, 10);
  EXPECT_EQ(image->modified, modified);
  const CacheEntry entry = folder().look("a");
  EXPECT_EQ(entry.image, *image);
  EXPECT_EQ(entry.version.etag, "\"2\"");
  EXPECT_EQ(entry.part_bytes, 0);
}

TEST_F(CacheFolderTest, GivesUpWhatNobodyUsesTheLongestUnusedFirst) {
  for (const auto* name : {"old", "young", "kept"}) write(name, 300);
  write_head("old.head", "", 2000);
  write_head("young.head", "", 1000);
  write_head("kept.head", "", 3000);
  ASSERT_TRUE(folder().make_room("new", 400, {"kept"}).ok());
  EXPECT_FALSE(there("old"));
  EXPECT_FALSE(there("old.head"));
  EXPECT_TRUE(there("young"));
  EXPECT_TRUE(there("kept"));
}

TEST_F(CacheFolderTest, AUsedImageIsTheYoungest) {
  write("a", 300);
  write("b", 300);
  write_head("a.head", "", 2000);
  write_head("b.head", "", 1000);
  folder().touch("a");
  ASSERT_TRUE(folder().make_room("new", 700, {}).ok());
  EXPECT_TRUE(there("a"));
  EXPECT_FALSE(there("b"));
}

TEST_F(CacheFolderTest, AnOlderVersionGivesWayToANewOneThatHasNoRoomBesideIt) {
  write("a", 600);
  write("kept", 300);
  ASSERT_TRUE(folder().make_room("a", 650, {"a", "kept"}).ok());
  EXPECT_FALSE(there("a"));
  EXPECT_TRUE(there("kept"));
}

TEST_F(CacheFolderTest, SaysWhatToDoWhereThereIsNoRoom) {
  write("kept", 300);
  const auto made = folder().make_room("a", 5 << 20, {"kept"});
  ASSERT_FALSE(made.ok());
  EXPECT_THAT(made.error(), HasSubstr("needs 5 MB"));
  EXPECT_THAT(made.error(), HasSubstr("imagecache_mb"));
  EXPECT_TRUE(there("kept"));
}

}  // namespace
}  // namespace vacuum
