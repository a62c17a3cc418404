#include "adapters/shared_directory/manager_directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "adapters/shared_directory/exclusive_files.hpp"
#include "adapters/shared_directory/lease_text.hpp"
#include "adapters/shared_directory/store_errors.hpp"
#include "base/text.hpp"

namespace vacuum {

using namespace shared_directory;

namespace {

constexpr const char* kManagers = "managers";
constexpr std::string_view kEnded = ".ended";
constexpr std::size_t kFilesMax = 100'000;
constexpr std::size_t kFileBytesMax = 1 << 20;
constexpr unsigned kMode = 0644;

using KnownFile = ManagerDirectory::KnownFile;
using KnownFiles = ManagerDirectory::KnownFiles;

std::string succession_name(const IncarnationId& incarnation) {
  return incarnation.text() + std::string(kEnded);
}

Failure<StoreError> bad_incarnation(const IncarnationId& incarnation) {
  return Failure{StoreError{StoreDecision::retry, fmt::format("'{}' is no incarnation of a manager",
                                                              printable(incarnation.text()))}};
}

enum class Absent : std::uint8_t { make_it, answer_nothing, error };

/// Nothing where it is absent and may be.
StoreResult<std::optional<Directory>> open_managers(const std::string& shared, Absent absent) {
  auto root = open_root(shared);
  if (!root) return to_root_error(root.error());
  auto managers =
      absent == Absent::make_it ? enter_directory(*root, kManagers) : open_directory(*root, kManagers);
  if (managers) return std::optional(std::move(*managers));
  if (managers.error().code == ENOENT && absent == Absent::answer_nothing) return std::optional<Directory>{};
  return to_root_error(managers.error());
}

KnownFile unreadable(std::string reason) {
  return {std::nullopt, std::move(reason)};
}

KnownFile parse_file(const std::string& name, std::string_view text) {
  if (text.size() > kFileBytesMax) return unreadable("it is too long");
  if (name.ends_with(kEnded)) {
    auto succession = parse_succession(text);
    if (!succession) return unreadable(succession.error());
    if (succession_name(succession->ended) != name) return unreadable("it tells of another manager");
    return {std::nullopt, std::move(*succession)};
  }
  auto lease = parse_lease(text);
  if (!lease) return unreadable(lease.error());
  if (lease->incarnation.text() != name) return unreadable("it tells of another manager");
  return {std::nullopt, std::move(*lease)};
}

bool is_ours(std::string_view name) {
  if (name.ends_with(kEnded)) name.remove_suffix(kEnded.size());
  return is_incarnation_id(name);
}

/// One file; nothing where it went away meanwhile. An error is one of the disk, that tells nothing of the
/// file.
StoreResult<std::optional<KnownFile>> read_known(const Directory& managers, const std::string& name,
                                                 const KnownFiles& known) {
  if (!is_ours(name)) return std::optional(unreadable("it has no manager's name"));
  struct stat status {};
  if (::fstatat(managers.descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return std::optional<KnownFile>{};
    const std::string reason = std::system_category().message(errno);
    return Failure{StoreError{StoreDecision::retry,
                              fmt::format("cannot look at {}/{}: {}", managers.path(), name, reason)}};
  }
  if (!S_ISREG(status.st_mode)) return std::optional(unreadable("it is no regular file"));
  const Stamp stamp = stamp_of(status);
  const auto before = known.find(name);
  if (before != known.end() && before->second.stamp == stamp) return std::optional(before->second);
  auto text = read_start(managers, name, kFileBytesMax + 1);
  if (!text) {
    if (text.error().code == ENOENT) return std::optional<KnownFile>{};
    return to_store_error(text.error());
  }
  KnownFile file = parse_file(name, *text);
  if (is_settled(stamp)) file.stamp = stamp;
  return std::optional(std::move(file));
}

struct Look {
  std::shared_ptr<const KnownFiles> files;
  RegisterView view;
};

void show(const Directory& managers, const std::string& name, const KnownFile& file, RegisterView& view) {
  if (const auto* lease = std::get_if<Lease>(&file.content)) {
    view.leases.push_back(*lease);
  } else if (const auto* succession = std::get_if<Succession>(&file.content)) {
    view.successions.push_back(*succession);
  } else {
    view.unreadable.push_back(
        fmt::format("{}/{}: {}", managers.path(), printable(name), std::get<std::string>(file.content)));
  }
}

StoreResult<Look> look(const std::string& shared, Absent absent, const KnownFiles& known) {
  Look found;
  auto managers = open_managers(shared, absent);
  if (!managers) return Failure{managers.error()};
  auto files = std::make_shared<KnownFiles>();
  found.files = files;
  if (!*managers) return found;
  auto entries = list_directory(**managers, kFilesMax);
  if (!entries) return to_store_error(entries.error());
  for (const auto& entry : *entries) {
    if (entry.name.starts_with('.')) continue;  // on its way, or left by a crash
    auto file = read_known(**managers, entry.name, known);
    if (!file) return Failure{file.error()};
    if (*file) files->emplace(entry.name, std::move(**file));
  }
  for (const auto& [name, file] : *files) show(**managers, name, file, found.view);
  return found;
}

StoreResult<Done> remove_incarnation(const std::string& shared, const IncarnationId& incarnation) {
  auto managers = open_managers(shared, Absent::answer_nothing);
  if (!managers) return Failure{managers.error()};
  if (!*managers) return Done{};
  // The lease first: without its succession it would look like a manager that fell silent.
  for (const std::string& name : {incarnation.text(), succession_name(incarnation)}) {
    if (auto removed = remove_file(**managers, name); !removed) return to_store_error(removed.error());
  }
  if (const auto entries = list_directory(**managers, kFilesMax)) sweep_temporaries(**managers, *entries);
  return Done{};
}

}  // namespace

Async<StoreResult<RegisterView>> ManagerDirectory::read() {
  auto job = [shared = shared_, absent = seen_ ? Absent::error : Absent::answer_nothing, known = known_] {
    return look(shared, absent, *known);
  };
  auto outcome = co_await worker_.run(std::move(job));
  auto found = or_late(std::move(outcome), shared_);
  if (!found) co_return Failure{found.error()};
  if (!found->files->empty()) seen_ = true;
  known_ = found->files;
  co_return std::move(found->view);
}

Async<StoreResult<Done>> ManagerDirectory::renew(Lease lease) {
  if (!is_incarnation_id(lease.incarnation.text())) co_return bad_incarnation(lease.incarnation);
  auto job = [shared = shared_, absent = seen_ ? Absent::error : Absent::make_it,
              lease = std::move(lease)]() -> StoreResult<Done> {
    auto managers = open_managers(shared, absent);
    if (!managers) return Failure{managers.error()};
    auto written = replace_file(**managers, lease.incarnation.text(), lease_text(lease), kMode);
    if (!written) return to_store_error(written.error());
    return Done{};
  };
  auto outcome = co_await worker_.run(std::move(job));
  auto done = or_late(std::move(outcome), shared_);
  if (done) seen_ = true;
  co_return done;
}

Async<StoreResult<Done>> ManagerDirectory::end(Succession succession) {
  if (!is_incarnation_id(succession.ended.text())) co_return bad_incarnation(succession.ended);
  if (!is_incarnation_id(succession.by.text())) co_return bad_incarnation(succession.by);
  for (const IncarnationId& heir : succession.heirs) {
    if (!is_incarnation_id(heir.text())) co_return bad_incarnation(heir);
  }
  if (succession.heirs.empty()) {
    co_return Failure{
        StoreError{StoreDecision::retry, fmt::format("{} cannot end without heirs", succession.ended)}};
  }
  auto job = [shared = shared_, absent = seen_ ? Absent::error : Absent::make_it,
              succession = std::move(succession)]() -> StoreResult<Done> {
    auto managers = open_managers(shared, absent);
    if (!managers) return Failure{managers.error()};
    const std::string name = succession_name(succession.ended);
    const auto claimed = claim_file(**managers, name, succession_text(succession), kMode);
    if (!claimed) return to_store_error(claimed.error());
    if (*claimed == Claim::made) return Done{};
    return Failure{
        StoreError{StoreDecision::exists, fmt::format("{}/{} is there already", (*managers)->path(), name)}};
  };
  auto outcome = co_await worker_.run(std::move(job));
  auto done = or_late(std::move(outcome), shared_);
  if (done) seen_ = true;
  co_return done;
}

Async<StoreResult<Done>> ManagerDirectory::retire(IncarnationId incarnation) {
  if (!is_incarnation_id(incarnation.text())) co_return bad_incarnation(incarnation);
  auto job = [shared = shared_, incarnation] { return remove_incarnation(shared, incarnation); };
  auto outcome = co_await worker_.run(std::move(job));
  co_return or_late(std::move(outcome), shared_);
}

}  // namespace vacuum
