#pragma once

#include "ports/disk_worker.hpp"
#include "ports/file_reader.hpp"

namespace vacuum {

/// The whole of a regular file, of at most `max_bytes`, through symlinks. Blocks as long as the disk does.
[[nodiscard]] Result<std::string, FileError> read_file(const std::string& path, std::size_t max_bytes);

/// Files of this host, read beside the loop. Only regular files, through symlinks too: the paths are the
/// admin's.
class LocalFileReader final : public FileReader {
 public:
  /// `worker` outlives the reader.
  explicit LocalFileReader(DiskWorker& worker) : worker_(worker) {}

  Async<Result<std::string, FileError>> read(std::string path, std::size_t max_bytes) override;

 private:
  DiskWorker& worker_;
};

}  // namespace vacuum
