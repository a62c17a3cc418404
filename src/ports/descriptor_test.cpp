#include "ports/descriptor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/files.hpp"
#include "base/testing/temporary_directory.hpp"

namespace vacuum {
namespace {

int open_to_read(const std::filesystem::path& path) {
  return ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
}

TEST(DescriptorTest, IsClosedAtTheEndOfItsScopeOrBeforeButOnce) {
  const TemporaryDirectory directory;
  int number = -1;
  {
    Descriptor held(open_to_read(directory.path()));
    number = held.get();
    ASSERT_GE(number, 0);
    EXPECT_EQ(held.close(), 0);
    EXPECT_EQ(held.close(), 0);
    EXPECT_EQ(::fcntl(number, F_GETFD), -1);
    const Descriptor another(open_to_read(directory.path()));
    EXPECT_EQ(another.get(), number);
  }
  EXPECT_EQ(::fcntl(number, F_GETFD), -1);
}

TEST(DescriptorTest, AFileIsReadWholeUpToTheLimit) {
  const TemporaryDirectory directory;
  const std::string content(100'000, 'x');
  write_file(directory / "file", content);
  for (const std::size_t limit : {0u, 1u, 4096u, 4097u, 99'999u, 100'000u, 100'001u, 1'000'000u}) {
    const Descriptor file(open_to_read(directory / "file"));
    const auto read = read_at_most(file.get(), limit);
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(*read, content.substr(0, limit)) << limit;
  }
  const Descriptor folder(open_to_read(directory.path()));
  EXPECT_EQ(read_at_most(folder.get(), 10).error(), EISDIR);
}

TEST(DescriptorTest, AllIsWrittenOrTheReasonTold) {
  const TemporaryDirectory directory;
  const std::string content(300'000, 'y');
  {
    const Descriptor file(::open((directory / "file").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    EXPECT_EQ(write_all(file.get(), content), 0);
  }
  EXPECT_EQ(content_of(directory / "file"), content);
  const Descriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  EXPECT_EQ(write_all(full.get(), "x"), ENOSPC);
}

TEST(DescriptorTest, ADirectoryIsListedAsOftenAsItIsAskedFor) {
  const TemporaryDirectory directory;
  write_file(directory / "file", "");
  write_file(directory / "folder/below", "");
  const Descriptor held(open_to_read(directory.path()));
  for (int times = 0; times < 2; ++times) {
    const auto entries = list_entries(held.get(), 2);
    ASSERT_TRUE(entries.ok());
    EXPECT_THAT(*entries, ::testing::UnorderedElementsAre(::testing::Field(&DirectoryEntry::name, "file"),
                                                          ::testing::Field(&DirectoryEntry::name, "folder")));
  }
  EXPECT_EQ(list_entries(held.get(), 1).error(), EOVERFLOW);
}

}  // namespace
}  // namespace vacuum
