#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace vacuum {

/// Owns an open file or directory of the system, or none where the number is negative. What reads and writes
/// disks is made of this and the functions below; they block.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] int get() const { return number_; }
  /// errno of close(), which on NFS is where a full disk is told; 0 for none, and where it is closed already.
  int close();

 private:
  int number_;
};

/// Writes all from where the file stands. 0, or errno: a part of it may be written then.
[[nodiscard]] int write_all(int descriptor, std::string_view content);

/// From where the file stands to its end, at most `limit` bytes; errno where it cannot be read.
[[nodiscard]] Result<std::string, int> read_at_most(int descriptor, std::size_t limit);

/// What a directory holds.
struct DirectoryEntry {
  std::string name;
  bool maybe_directory = true;  ///< false: surely none
  std::uint64_t inode = 0;
};
/// All but "." and "..", in no order; errno where it cannot be listed, EOVERFLOW for more than `limit`
/// entries.
[[nodiscard]] Result<std::vector<DirectoryEntry>, int> list_entries(int directory, std::size_t limit);

}  // namespace vacuum
