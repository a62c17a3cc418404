#include "adapters/shared_directory/machine_folders.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "adapters/shared_directory/disk.hpp"
#include "adapters/shared_directory/record_values.hpp"
#include "adapters/shared_directory/space_disk.hpp"
#include "base/text.hpp"

namespace vacuum {

using namespace shared_directory;

namespace {

constexpr std::size_t kEntriesMax = 1'000'000;
constexpr std::size_t kOutputsMax = 10'000;
constexpr std::size_t kValueBytesMax = 4096;

std::string folder_of(MachineFolder::Place place) {
  return place == MachineFolder::Place::current ? "current" : "deleted";
}

DiskResult<Directory> open_place(const std::string& shared, const SpaceName& space,
                                 MachineFolder::Place place) {
  auto at = open_root(shared);
  for (const std::string& name : {std::string("spaces"), space.text(), folder_of(place)}) {
    if (at) at = open_directory(*at, name);
  }
  return at;
}

/// The content of a file, by a path of at most one folder; nothing where it cannot be read.
std::optional<std::string> read_value(const Directory& machine, const std::string& path) {
  const auto slash = path.find('/');
  if (slash == std::string::npos) {
    auto content = read_start(machine, path, kValueBytesMax);
    return content ? std::optional(std::move(*content)) : std::nullopt;
  }
  const auto folder = open_directory(machine, path.substr(0, slash));
  if (!folder) return std::nullopt;
  auto content = read_start(*folder, path.substr(slash + 1), kValueBytesMax);
  return content ? std::optional(std::move(*content)) : std::nullopt;
}

/// Cuts the first word off a text.
std::string take_word(std::string_view& text) {
  text = trim(text);
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return printable(word);
}

void read_outcome(const Directory& machine, MachineFolder& folder) {
  if (const auto text = read_value(machine, "judgement")) {
    std::string_view rest = *text;
    folder.verdict = parse_verdict(take_word(rest));
    folder.judgement = printable(trim(rest));
  }
  if (const auto text = read_value(machine, "deletion")) {
    std::string_view rest = *text;
    folder.deletion = take_word(rest);
    folder.deleted_by = take_word(rest);
    folder.deletion_words = printable(trim(rest));
  }
  if (const auto text = read_value(machine, "joboutputs/shutdown_message")) {
    const std::string_view whole = trim(*text);
    folder.message = printable(whole.substr(0, whole.find('\n')));
  }
}

std::vector<OutputFile> list_outputs(const Directory& machine) {
  std::vector<OutputFile> outputs;
  const auto folder = open_directory(machine, "joboutputs");
  if (!folder) return outputs;
  const auto entries = list_directory(*folder, kOutputsMax);
  if (!entries) return outputs;
  for (const auto& entry : *entries) {
    struct stat status {};
    if (::fstatat(folder->descriptor(), entry.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (!S_ISREG(status.st_mode) || entry.name.starts_with('.')) continue;
    outputs.push_back({printable(entry.name), status.st_size, from_unix(status.st_mtim.tv_sec)});
  }
  std::ranges::sort(outputs, std::ranges::greater(), &OutputFile::written);
  return outputs;
}

bool is_absent(const DiskError& error) {
  return error.code == ENOENT || error.code == ENOTDIR || error.code == ELOOP;
}

}  // namespace

MachineFolders::MachineFolders(const std::string& state_dir, SpaceName space)
    : shared_(state_dir + "/shared"), space_(std::move(space)) {}

StoreResult<std::vector<std::string>> MachineFolders::names(MachineFolder::Place place) const {
  std::vector<std::string> names;
  const auto at = open_place(shared_, space_, place);
  if (!at) {
    if (is_absent(at.error())) return names;
    return to_store_error(at.error());
  }
  auto entries = list_directory(*at, kEntriesMax);
  if (!entries) return to_store_error(entries.error());
  for (auto& entry : *entries) {
    if (entry.maybe_directory && is_machine_name(entry.name)) names.push_back(std::move(entry.name));
  }
  std::ranges::sort(names);
  return names;
}

StoreResult<std::optional<MachineFolder>> MachineFolders::read(MachineFolder::Place place,
                                                               const std::string& name) const {
  if (!is_machine_name(name)) return std::optional<MachineFolder>{};
  const auto at = open_place(shared_, space_, place);
  auto machine = at ? open_directory(*at, name) : DiskResult<Directory>(Failure{at.error()});
  if (!machine) {
    if (is_absent(machine.error())) return std::optional<MachineFolder>{};
    return to_store_error(machine.error());
  }
  MachineFolder folder;
  folder.place = place;
  folder.record =
      read_record(MachineName{name}, [&](const std::string& path) { return read_value(*machine, path); });
  if (const auto stamp = stamp_directory(*machine)) folder.archived = from_unix(stamp->modified_s);
  read_outcome(*machine, folder);
  folder.outputs = list_outputs(*machine);
  return std::optional(std::move(folder));
}

}  // namespace vacuum
