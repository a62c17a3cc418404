#include "programs/common/load_from_disk.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <system_error>

#include "adapters/system/host_name.hpp"
#include "ports/descriptor.hpp"

namespace vacuum {
namespace {

constexpr std::size_t kMaxFileBytes = 4u << 20;
constexpr std::size_t kMaxNames = 100'000;

std::string system_message(int error) {
  return std::generic_category().message(error);
}

FileText failed(std::string problem) {
  return {FileText::Outcome::failed, "", std::move(problem), false};
}

FileText not_opened(int error) {
  const bool missing = error == ENOENT || error == ENOTDIR;
  return {missing ? FileText::Outcome::missing : FileText::Outcome::failed, "", system_message(error), false};
}

/// What an open file is, without its content.
FileText look_at(int descriptor) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0) return failed(system_message(errno));
  if (!S_ISREG(status.st_mode)) return failed("it is no plain file");
  return {FileText::Outcome::found, "", "", (status.st_mode & S_IROTH) != 0};
}

std::map<std::string, std::string> openstack_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (text.starts_with("OS_") && equals != std::string_view::npos) {
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return variables;
}

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

DiskConfiguration::Mark DiskConfiguration::mark_of(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return {};
  return {true,
          status.st_dev,
          status.st_ino,
          status.st_size,
          nanoseconds(status.st_mtim),
          nanoseconds(status.st_ctim)};
}

std::vector<std::string> DiskConfiguration::names_in(const std::string& directory) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> open_directory(opendir(directory.c_str()), closedir);
  if (!open_directory) return names;
  while (const dirent* entry = readdir(open_directory.get())) {
    if (names.size() < kMaxNames) names.emplace_back(entry->d_name);
  }
  std::ranges::sort(names);
  return names;
}

FileText DiskConfiguration::look_at_plain_file(const std::string& path) {
  // Without O_NONBLOCK, a named pipe would hold us until somebody writes to it.
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  return file.get() < 0 ? not_opened(errno) : look_at(file.get());
}

FileText DiskConfiguration::read_plain_file(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return not_opened(errno);
  FileText text = look_at(file.get());
  if (text.outcome != FileText::Outcome::found) return text;
  auto content = read_at_most(file.get(), kMaxFileBytes + 1);
  if (!content) return failed(system_message(content.error()));
  if (content->size() > kMaxFileBytes) return failed("it is larger than 4 MiB");
  text.content = std::move(*content);
  return text;
}

Configuration DiskConfiguration::load() {
  files_.emplace();
  directories_.clear();
  Sources sources;
  sources.state_directory = places_.state_directory;
  sources.etc_directory = places_.etc_directory;
  sources.config_file = places_.config_file;
  sources.host_name = host_name();
  if (const char* home = std::getenv("HOME")) sources.home_directory = home;
  sources.environment = openstack_environment();
  sources.files.list = [this](const std::string& directory) {
    return directories_[directory] = names_in(directory);
  };
  sources.files.read = [this](const std::string& path) {
    // The mark first: what changes while we read is seen as a change afterwards.
    files_->try_emplace(path, mark_of(path));
    return read_plain_file(path);
  };
  sources.files.look = [this](const std::string& path) {
    files_->try_emplace(path, mark_of(path));
    return look_at_plain_file(path);
  };
  return load_configuration(sources);
}

bool DiskConfiguration::changed() const {
  if (!files_) return true;
  const auto differs = [](const auto& entry) { return mark_of(entry.first) != entry.second; };
  if (std::ranges::any_of(*files_, differs)) return true;
  return std::ranges::any_of(directories_,
                             [](const auto& entry) { return names_in(entry.first) != entry.second; });
}

}  // namespace vacuum
