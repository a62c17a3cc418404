#include "programs/common/private_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "adapters/shared_directory/disk.hpp"

namespace vacuum {
namespace {

using namespace shared_directory;

Result<Done, std::string> give_to_owner_of(const Directory& directory, const std::string& name) {
  struct stat status {};
  if (::geteuid() != 0 || ::fstat(directory.descriptor(), &status) != 0) return Done{};
  if (::fchownat(directory.descriptor(), name.c_str(), status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW) ==
      0) {
    return Done{};
  }
  return Failure{fmt::format("cannot give {}/{} to the owner of its directory: {}", directory.path(), name,
                             std::system_category().message(errno))};
}

}  // namespace

Result<Done, std::string> write_private_file(const std::string& path, const std::string& content,
                                             FileOwner owner) {
  const std::filesystem::path absolute = std::filesystem::absolute(path).lexically_normal();
  const auto directory = open_root(absolute.parent_path().string());
  if (!directory) return Failure{directory.error().message};
  const std::string name = absolute.filename().string();
  const std::string temporary = temporary_name(name);
  if (auto made = create_file(*directory, temporary, content, S_IRUSR | S_IWUSR); !made) {
    return Failure{made.error().message};
  }
  Result<Done, std::string> given = Done{};
  if (owner == FileOwner::of_directory) given = give_to_owner_of(*directory, temporary);
  if (given) {
    const auto renamed = rename_entry(*directory, temporary, *directory, name);
    if (renamed) return Done{};
    given = Failure{renamed.error().message};
  }
  ::unlinkat(directory->descriptor(), temporary.c_str(), 0);
  return given;
}

}  // namespace vacuum
