#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "ports/descriptor.hpp"

namespace vacuum::shared_directory {

/// What the system said of a path.
struct DiskError {
  int code = 0;         ///< errno
  std::string message;  ///< names the path and what the system said
};

template <class T>
using DiskResult = Result<T, DiskError>;

/// An open directory that knows its path, for messages. Names below it are looked up without following
/// symlinks.
class Directory {
 public:
  Directory() = default;
  Directory(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  Directory(Directory&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}
  Directory& operator=(Directory&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(path_, other.path_);
    return *this;
  }
  ~Directory();

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  int descriptor_ = -1;
  std::string path_;
};

/// Identifies a state of a file or directory; equal stamps mean no change, within the granularity of its
/// times.
struct Stamp {
  std::uint64_t inode = 0;
  std::int64_t modified_s = 0;
  std::int64_t modified_ns = 0;
  std::int64_t size = 0;

  friend bool operator==(const Stamp&, const Stamp&) = default;
};
[[nodiscard]] Stamp stamp_of(const struct stat& status);
/// Whether a change after the look that found `stamp` would have given another stamp: it is not of this
/// moment.
[[nodiscard]] bool is_settled(const Stamp& stamp);

/// Whether `name` may name a file of ours: one component of [A-Za-z0-9._-], not starting with a dot.
[[nodiscard]] bool is_plain_name(std::string_view name);
/// A name that starts with a dot and is used once: PREFIX, process, counter.
[[nodiscard]] std::string temporary_name(std::string_view prefix);

/// By absolute path; symlinks in it are the admin's and are followed.
[[nodiscard]] DiskResult<Directory> open_root(const std::string& path);
[[nodiscard]] DiskResult<Directory> open_directory(const Directory& parent, const std::string& name);
/// As open_directory() of each name in turn, in one step where the system can.
[[nodiscard]] DiskResult<Directory> open_below(const Directory& parent, std::span<const std::string> names);
/// One that is there already is fine.
[[nodiscard]] DiskResult<Done> make_directory(const Directory& parent, const std::string& name);
/// make_directory, then open_directory.
[[nodiscard]] DiskResult<Directory> enter_directory(const Directory& parent, const std::string& name);
[[nodiscard]] DiskResult<Stamp> stamp_directory(const Directory& directory);

/// All but "." and ".."; more than `limit` entries are an error.
[[nodiscard]] DiskResult<std::vector<DirectoryEntry>> list_directory(const Directory& directory,
                                                                     std::size_t limit);

/// At most `limit` bytes from the start of a regular file; anything that is none is an error.
[[nodiscard]] DiskResult<std::string> read_start(const Directory& parent, const std::string& name,
                                                 std::size_t limit);
/// Makes a new file; one that is there is the error EEXIST. What was begun and failed is removed.
[[nodiscard]] DiskResult<Done> create_file(const Directory& parent, const std::string& name,
                                           std::string_view content, unsigned mode);
/// Replaces or makes a file in one atomic step.
[[nodiscard]] DiskResult<Done> replace_file(const Directory& parent, const std::string& name,
                                            std::string_view content, unsigned mode);
/// As replace_file(), for content that may be lost with the power of the host, as a heartbeat: several times
/// faster on ext4, which brings a file to the disk at once when it is renamed over another.
[[nodiscard]] DiskResult<Done> replace_passing_file(const Directory& parent, const std::string& name,
                                                    std::string_view content, unsigned mode);
/// Makes a whole file in one atomic step where there is none, and leaves one that is there as it is.
[[nodiscard]] DiskResult<Done> offer_file(const Directory& parent, const std::string& name,
                                          std::string_view content, unsigned mode);
[[nodiscard]] DiskResult<Done> rename_entry(const Directory& from, const std::string& old_name,
                                            const Directory& to, const std::string& new_name);
/// Removes a file, symlink or directory with all below it; what is gone already is fine.
[[nodiscard]] DiskResult<Done> remove_tree(const Directory& parent, const std::string& name);

/// Whether rename_entry() failed because the new name is taken.
[[nodiscard]] bool is_name_taken(const DiskError& error);

}  // namespace vacuum::shared_directory
