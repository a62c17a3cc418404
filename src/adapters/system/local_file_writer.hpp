#pragma once

#include "ports/disk_worker.hpp"
#include "ports/file_writer.hpp"

namespace vacuum {

/// Files of this host, written beside the loop: to a temporary name beside the file, to the disk, and renamed
/// into place.
class LocalFileWriter final : public FileWriter {
 public:
  /// `worker` outlives the writer.
  explicit LocalFileWriter(DiskWorker& worker) : worker_(worker) {}

  Async<Result<Done, FileError>> replace(std::string path, std::string content) override;

 private:
  DiskWorker& worker_;
};

}  // namespace vacuum
