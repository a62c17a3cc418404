#pragma once

#include <string>
#include <string_view>

#include "ports/machine_store.hpp"

namespace vacuum::apel {

/// Steps on a disk that are on it when they return: a crash of the machine itself does not undo them.
/// Errors name the path and what the system said.

/// Makes a file that is not there, whole. One that was begun and failed is removed.
[[nodiscard]] StoreResult<Done> make_file(const std::string& path, std::string_view content);

/// Makes a directory where there is none; one that is there stays as it is.
[[nodiscard]] StoreResult<Done> make_directory(const std::string& parent, const std::string& name);

/// As make_directory(), with the mode of the one above it: what an admin gave that one, for another user's
/// SSM, its days have too.
[[nodiscard]] StoreResult<Done> make_day(const std::string& parent, const std::string& name);

/// What became of a file that was to be moved.
enum class MoveOutcome {
  moved,
  no_directory,  ///< the directory that it was to be moved to is not there (any more)
};
/// Moves a file, within one file system.
[[nodiscard]] StoreResult<MoveOutcome> move_file(const std::string& from_directory,
                                                 const std::string& from_name,
                                                 const std::string& to_directory, const std::string& to_name);

/// What is gone already is fine.
[[nodiscard]] StoreResult<Done> remove_file(const std::string& directory, const std::string& name);

/// At most `limit` bytes; a longer file is an error.
[[nodiscard]] StoreResult<std::string> read_file(const std::string& path, std::size_t limit);

/// Whether anything has this path; a symlink that leads nowhere is something.
[[nodiscard]] StoreResult<bool> is_there(const std::string& path);

/// The names in a directory, at most `limit`; none where there is no such directory.
[[nodiscard]] StoreResult<std::vector<std::string>> names_in(const std::string& directory, std::size_t limit);

}  // namespace vacuum::apel
