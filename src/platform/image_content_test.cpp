#include "platform/image_content.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vacuum {
namespace {

using testing::HasSubstr;
using namespace std::string_literals;

std::string sectors(std::size_t bytes = kImageHeadBytes) {
  return std::string(bytes, '\0');
}

std::string with(std::string head, std::size_t offset, std::string_view bytes) {
  return head.replace(offset, bytes.size(), bytes);
}

/// A header of version 2 or 3 without anything special.
std::string qcow2(char version = 3) {
  return with(with(sectors(), 0, "QFI\xfb"), 4, std::string("\0\0\0", 3) + version);
}

std::string fault_of(std::string_view head) {
  const auto format = image_format(head);
  EXPECT_FALSE(format.ok());
  return format.ok() ? "" : format.error();
}

TEST(ImageContentTest, TellsFormatsByContent) {
  EXPECT_EQ(*image_format(with(sectors(), 510, "\x55\xaa")), ImageFormat::raw);
  EXPECT_EQ(*image_format(sectors(512)), ImageFormat::raw);
  EXPECT_EQ(*image_format(qcow2(2)), ImageFormat::qcow2);
  EXPECT_EQ(*image_format(qcow2(3)), ImageFormat::qcow2);
  EXPECT_EQ(*image_format(with(sectors(), 32'769, "CD001")), ImageFormat::iso);
}

TEST(ImageContentTest, ACdThatBootsFromUsbTooIsACd) {
  EXPECT_EQ(*image_format(with(with(sectors(), 510, "\x55\xaa"), 32'769, "CD001")), ImageFormat::iso);
}

TEST(ImageContentTest, RefusesAQcow2ThatRefersToOtherFiles) {
  EXPECT_THAT(fault_of(with(qcow2(), 8, "\0\0\0\0\0\0\1\0"s)), HasSubstr("backing file"));
  EXPECT_THAT(fault_of(with(qcow2(2), 15, "\1")), HasSubstr("backing file"));
  EXPECT_THAT(fault_of(with(qcow2(), 79, "\4")), HasSubstr("data lie in another file"));
}

TEST(ImageContentTest, RefusesAQcow2ThatIsEncryptedOrUnknown) {
  EXPECT_THAT(fault_of(with(qcow2(), 35, "\1")), HasSubstr("encrypted"));
  EXPECT_THAT(fault_of(qcow2(4)), HasSubstr("version 4"));
  EXPECT_FALSE(image_format("QFI\xfb").ok());
}

TEST(ImageContentTest, RefusesErrorPagesAndTexts) {
  EXPECT_THAT(fault_of("<html><body>Service Unavailable</body></html>"), HasSubstr("web page"));
  EXPECT_THAT(fault_of("\n<!DOCTYPE html>" + std::string(2000, ' ')), HasSubstr("web page"));
  EXPECT_THAT(fault_of("{\"error\": 1}"), HasSubstr("text"));
  EXPECT_THAT(fault_of(""), HasSubstr("empty"));
}

TEST(ImageContentTest, RefusesWhatIsCompressedOrOfAnotherFormat) {
  EXPECT_THAT(fault_of(with(sectors(), 0, "\x1f\x8b")), HasSubstr("gzip"));
  EXPECT_THAT(fault_of(with(sectors(), 0,
                            "\xfd"
                            "7zXZ\0"s)),
              HasSubstr("xz"));
  EXPECT_THAT(fault_of(with(sectors(), 257, "ustar")), HasSubstr("tar"));
  EXPECT_THAT(fault_of(with(sectors(), 0, "KDMV")), HasSubstr("VMDK"));
  EXPECT_THAT(fault_of(with(sectors(), 64, "\x7f\x10\xda\xbe")), HasSubstr("VDI"));
}

}  // namespace
}  // namespace vacuum
