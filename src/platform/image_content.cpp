#include "platform/image_content.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kSectorBytes = 512;

struct Magic {
  std::size_t offset;
  std::string_view bytes;
  std::string_view what;
};

constexpr std::array kCompressed{
    Magic{0, "\x1f\x8b"sv, "gzip"},
    Magic{0, "BZh"sv, "bzip2"},
    Magic{0,
          "\xfd"
          "7zXZ\0"sv,
          "xz"},
    Magic{0, "\x28\xb5\x2f\xfd"sv, "zstd"},
    Magic{0, "PK\x03\x04"sv, "zip"},
    Magic{0, "7z\xbc\xaf\x27\x1c"sv, "7z"},
    Magic{257, "ustar"sv, "tar"},
};

constexpr std::array kOtherFormats{
    Magic{0, "KDMV"sv, "VMDK"},
    Magic{0, "# Disk DescriptorFile"sv, "VMDK"},
    Magic{0, "vhdxfile"sv, "VHDX"},
    Magic{0, "conectix"sv, "VHD"},
    Magic{64, "\x7f\x10\xda\xbe"sv, "VDI"},
};

bool has(std::string_view head, const Magic& magic) {
  return head.size() >= magic.offset + magic.bytes.size() &&
         head.substr(magic.offset, magic.bytes.size()) == magic.bytes;
}

template <class Table>
std::optional<std::string_view> find(std::string_view head, const Table& table) {
  for (const Magic& magic : table) {
    if (has(head, magic)) return magic.what;
  }
  return std::nullopt;
}

/// A number as qcow2 writes it, the most significant byte first; 0 behind the end.
std::uint64_t big_endian(std::string_view head, std::size_t offset, std::size_t bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = offset; i < offset + bytes; ++i) {
    value = value << 8 | (i < head.size() ? static_cast<unsigned char>(head[i]) : 0U);
  }
  return value;
}

/// Offsets of the header: docs/interop/qcow2.txt of QEMU.
Result<ImageFormat, std::string> check_qcow2(std::string_view head) {
  constexpr std::size_t kVersion = 4, kBackingFile = 8, kEncryption = 32, kIncompatible = 72;
  constexpr std::uint64_t kExternalDataFile = 4;
  const auto version = big_endian(head, kVersion, 4);
  if (head.size() < kSectorBytes || (version != 2 && version != 3)) {
    return Failure{fmt::format("is a qcow2 of a kind that is not known (version {})", version)};
  }
  if (big_endian(head, kBackingFile, 8) != 0) {
    return Failure{
        std::string("is a qcow2 that names another file behind it (backing file): refused, since the "
                    "cloud would open that file in its own place; 'qemu-img convert' makes it whole")};
  }
  if (version == 3 && (big_endian(head, kIncompatible, 8) & kExternalDataFile) != 0) {
    return Failure{
        std::string("is a qcow2 whose data lie in another file: refused, since the cloud would open "
                    "that file in its own place; 'qemu-img convert' makes it whole")};
  }
  if (big_endian(head, kEncryption, 4) != 0) return Failure{std::string("is an encrypted qcow2")};
  return ImageFormat::qcow2;
}

/// No disk begins with a sector of nothing but printable text.
bool is_text(std::string_view head) {
  const auto is_text_byte = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || byte == '\n' || byte == '\r' || byte == '\t';
  };
  return std::ranges::all_of(head.substr(0, kSectorBytes), is_text_byte);
}

}  // namespace

Result<ImageFormat, std::string> image_format(std::string_view head) {
  constexpr Magic kQcow2{0, "QFI\xfb"sv, "qcow2"};
  constexpr Magic kCd{32'769, "CD001"sv, "ISO 9660"};
  if (head.empty()) return Failure{std::string("is empty")};
  if (has(head, kQcow2)) return check_qcow2(head);
  if (has(head, kCd)) return ImageFormat::iso;
  if (const auto format = find(head, kOtherFormats)) {
    return Failure{
        fmt::format("is of the format {}: 'qemu-img convert' makes a raw or qcow2 image of it", *format)};
  }
  if (const auto format = find(head, kCompressed)) {
    return Failure{fmt::format("is compressed or packed ({}): unpack it first", *format)};
  }
  if (is_text(head)) {
    const bool is_page = trim(head).starts_with('<');
    return Failure{std::string(is_page ? "is a web page, not an image: an error or login page?"
                                       : "is a text, not an image")};
  }
  if (head.size() < kSectorBytes) return Failure{std::string("is shorter than a sector of a disk")};
  return ImageFormat::raw;
}

}  // namespace vacuum
