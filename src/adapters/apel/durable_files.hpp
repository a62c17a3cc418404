#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "ports/machine_store.hpp"

namespace vacuum::apel {

/// Steps on a disk that are on it when they return: a crash of the machine itself does not undo them.
/// Errors name the path and what the system said. Other processes, on other hosts too, may be at work in the
/// same directories.

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
  gone,          ///< there is no such file: somebody else was faster
};
/// Moves a file, within one file system.
[[nodiscard]] StoreResult<MoveOutcome> move_file(const std::string& from_directory,
                                                 const std::string& from_name,
                                                 const std::string& to_directory, const std::string& to_name);

/// What is gone already is fine.
[[nodiscard]] StoreResult<Done> remove_file(const std::string& directory, const std::string& name);

enum class Claim {
  made,   ///< by this call
  taken,  ///< the name was there before
};
/// Gives a whole file another name in its directory, unless that is there: of all who try at once one does
/// it. The file has its first name no more, whatever came of it.
[[nodiscard]] StoreResult<Claim> claim_name(const std::string& directory, const std::string& file,
                                            const std::string& name);

/// Removes files last changed before `before`, of at most `limit`. What is gone already is fine.
[[nodiscard]] StoreResult<Done> remove_old_files(const std::string& directory, TimePoint before,
                                                 std::size_t limit);

/// At most `limit` bytes, or nothing where there is no such file; a longer one is an error.
[[nodiscard]] StoreResult<std::optional<std::string>> read_if_there(const std::string& path,
                                                                    std::size_t limit);
/// As above; that there is none is an error too.
[[nodiscard]] StoreResult<std::string> read_file(const std::string& path, std::size_t limit);

/// Whether anything has this path; a symlink that leads nowhere is something.
[[nodiscard]] StoreResult<bool> is_there(const std::string& path);

/// The names in a directory, at most `limit`; none where there is no such directory.
[[nodiscard]] StoreResult<std::vector<std::string>> names_in(const std::string& directory, std::size_t limit);

}  // namespace vacuum::apel
