#include "adapters/apel/apel_sink.hpp"

#include <utility>

#include "adapters/apel/apel_directories.hpp"

namespace vacuum {

ApelSink::ApelSink(std::string directory, DiskWorker& worker)
    : directories_(std::make_shared<apel::ApelDirectories>(std::move(directory))), worker_(worker) {}

Async<StoreResult<Done>> ApelSink::record(AccountingRecord record) {
  auto job = [directories = directories_, record = std::move(record)] { return directories->record(record); };
  auto done = co_await worker_.run(std::move(job));
  if (!done) {
    co_return Failure{
        StoreError{StoreDecision::retry, "the disk of the accounting records does not answer in time"}};
  }
  co_return std::move(*done);
}

}  // namespace vacuum
