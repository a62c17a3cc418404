#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>

#include "adapters/shared_directory/shared_directory_store.hpp"
#include "adapters/shared_directory/testing/test_directory.hpp"
#include "base/testing/files.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {

/// A state directory of a test's own, with a store on it.
class StateDirectory {
 public:
  StateDirectory() {
    std::filesystem::create_directories(path / "shared");
    reopen();
  }

  SharedDirectoryStore& store() { return *store_; }
  /// Of another manager on the same directory.
  SharedDirectoryStore& another_store() {
    if (!another_) {
      another_ = std::make_unique<SharedDirectoryStore>(directory_.elsewhere().string(),
                                                        SharedDirectoryStore::Access::read_write, worker);
    }
    return *another_;
  }
  void reopen(SharedDirectoryStore::Access access = SharedDirectoryStore::Access::read_write) {
    store_ = std::make_unique<SharedDirectoryStore>(path.string(), access, worker);
  }
  template <class T>
  T get(Async<T> call) {
    return run(loop, std::move(call));
  }

  [[nodiscard]] std::filesystem::path space_path(const SpaceName& space) const {
    return path / "shared/spaces" / space.text();
  }
  [[nodiscard]] std::filesystem::path machine_path(const SpaceName& space, const MachineName& machine) const {
    return space_path(space) / "current" / machine.text();
  }
  void vm_writes(const SpaceName& space, const MachineName& machine, const std::string& file,
                 const std::string& content, TimePoint time) const {
    const auto where = machine_path(space, machine) / "joboutputs" / file;
    write_file(where, content);
    set_time(where, time);
  }
  static void set_time(const std::filesystem::path& file, TimePoint time) {
    const timespec times[2] = {{to_unix(time), 0}, {to_unix(time), 0}};
    if (::utimensat(AT_FDCWD, file.c_str(), times, 0) != 0)
      throw std::runtime_error("cannot set a file's time");
  }

 private:
  TestDirectory directory_;

 public:
  const std::filesystem::path path = directory_.path();
  boost::asio::io_context loop;
  DiskWorker worker;

 private:
  std::unique_ptr<SharedDirectoryStore> store_;
  std::unique_ptr<SharedDirectoryStore> another_;
};

}  // namespace vacuum
