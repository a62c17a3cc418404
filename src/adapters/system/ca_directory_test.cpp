#include "adapters/system/ca_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"

namespace vacuum {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

class CaDirectoryTest : public ::testing::Test {
 protected:
  [[nodiscard]] Result<CaDirectory, FileError> read() const {
    return read_ca_directory(
        path.string(), [](std::string_view name) { return name.ends_with(".pem") || name.ends_with(".0"); });
  }
  TemporaryDirectory path;
};

TEST_F(CaDirectoryTest, FilesAreReadByTheirNamesAndThroughLinks) {
  write_file(path / "a.pem", "A");
  write_file(path / "a.info", "info");
  std::filesystem::create_symlink("a.pem", path / "0a1b2c3d.0");
  const auto directory = read();
  ASSERT_TRUE(directory.ok());
  EXPECT_THAT(directory->files, ElementsAre(Pair("0a1b2c3d.0", "A"), Pair("a.pem", "A")));
  EXPECT_THAT(directory->problems, IsEmpty());
}

TEST_F(CaDirectoryTest, WhatCannotBeReadIsToldAndHidesNoOther) {
  write_file(path / "a.pem", "A");
  std::filesystem::create_symlink("nowhere", path / "b.pem");
  std::filesystem::create_directory(path / "c.pem");
  const auto directory = read();
  ASSERT_TRUE(directory.ok());
  EXPECT_THAT(directory->files, ElementsAre(Pair("a.pem", "A")));
  EXPECT_THAT(directory->problems,
              ElementsAre(HasSubstr("b.pem: No such file"), HasSubstr("c.pem: Is a directory")));
}

TEST_F(CaDirectoryTest, ADirectoryThatIsNotThereIsAnError) {
  std::filesystem::remove(path.path());
  EXPECT_THAT(read().error().message, HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace vacuum
