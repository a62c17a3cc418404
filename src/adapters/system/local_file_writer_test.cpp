#include "adapters/system/local_file_writer.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

namespace fs = std::filesystem;

class LocalFileWriterTest : public testing::Test {
 protected:
  /// Empty, or what went wrong.
  std::string replace(const fs::path& path, const std::string& content) {
    const auto done = run(loop_, writer_.replace(path.string(), content));
    return done ? "" : done.error().message;
  }

  TemporaryDirectory directory_;
  boost::asio::io_context loop_;
  DiskWorker worker_;
  LocalFileWriter writer_{worker_};
};

TEST_F(LocalFileWriterTest, MakesAFileWithItsDirectoriesAndReplacesIt) {
  const fs::path path = directory_ / "a/b/c";
  EXPECT_EQ(replace(path, "one\n"), "");
  EXPECT_EQ(content_of(path), "one\n");
  EXPECT_EQ(replace(path, ""), "");
  EXPECT_EQ(content_of(path), "");
  EXPECT_EQ(std::distance(fs::directory_iterator(path.parent_path()), fs::directory_iterator()), 1)
      << "no temporary file stays";
}

TEST_F(LocalFileWriterTest, WhatACrashLeftIsNoHindrance) {
  write_file(directory_ / ".c.new", "half");
  EXPECT_EQ(replace(directory_ / "c", "whole"), "");
  EXPECT_EQ(content_of(directory_ / "c"), "whole");
}

TEST_F(LocalFileWriterTest, AFailureNamesThePathAndLeavesTheOldFile) {
  write_file(directory_ / "file", "x");
  EXPECT_EQ(replace(directory_ / "file/c", "y"),
            "cannot write " + (directory_ / "file/c").string() + ": Not a directory");
  write_file(directory_ / "d/x", "x");
  EXPECT_THAT(replace(directory_ / "d", "y"), testing::HasSubstr("Is a directory"));
  EXPECT_EQ(content_of(directory_ / "d/x"), "x");
  EXPECT_FALSE(fs::exists(directory_ / ".d.new"));
}

}  // namespace
}  // namespace vacuum
