#pragma once

#include <compare>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "config/configuration.hpp"
#include "control/fault_board.hpp"
#include "control/shared_pipe_copies.hpp"
#include "ports/clock.hpp"
#include "ports/file_reader.hpp"
#include "ports/file_writer.hpp"
#include "ports/log.hpp"
#include "ports/resource_fetcher.hpp"

namespace vacuum {

/// What the keeping of pipes needs.
struct PipeKeeperPorts {
  ResourceFetcher& fetcher;
  FileReader& reader;
  FileWriter& writer;
  Clock& clock;
  Log& log;
  FaultBoard& faults;
};

/// Keeps the copies of vacuum pipes fresh, beside the cycles: no server of a pipe can delay one (spec 9). A
/// fetch that fails, or gives no pipe, leaves the copy as it is, tells the fault board, and is tried again.
/// What another manager of the shared directory fetched is not fetched again.
class PipeKeeper {
 public:
  /// `changed` is called when the content of a copy changed: the configuration is to be read anew.
  PipeKeeper(PipeKeeperPorts ports, std::string state_directory, std::function<void()> changed);

  /// The pipes to keep from now on, with the copies that are in use. One that does not parse changes nothing.
  void follow(const Configuration& configuration);

  /// Fetches what is due, side by side. Answers whether a copy changed.
  Async<bool> refresh();

  /// Refreshes what is due, whenever something is, until `stop`.
  Async<void> run(std::stop_token stop);

 private:
  struct Key {
    SpaceName space;
    std::string prefix;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Pipe {
    FollowedPipe followed;
    Milliseconds due{0};  ///< by the monotonic clock
    int failures = 0;     ///< in a row
    std::string fault;    ///< as last logged; empty: it works
  };
  using PipePointer = std::shared_ptr<Pipe>;

  [[nodiscard]] PipePointer begin_to_follow(const FollowedPipe& followed) const;
  [[nodiscard]] bool is_followed(const Key& key, const PipePointer& pipe) const;
  [[nodiscard]] Milliseconds until_next_due() const;
  Async<bool> refresh_guarded();
  Async<bool> refresh_one(Key key, PipePointer pipe);
  Async<bool> fetch(Key key, PipePointer pipe);
  /// Answers whether the content changed; nothing where it cannot be taken.
  Async<std::optional<bool>> take(Key key, PipePointer pipe, PipeCopy copy);
  void succeed(const Key& key, Pipe& pipe, Milliseconds good_for);
  void fail(const Key& key, Pipe& pipe, FetchDecision decision, const std::string& what);

  PipeKeeperPorts ports_;
  std::string state_directory_;
  SharedPipeCopies shared_;
  std::function<void()> changed_;
  std::map<Key, PipePointer> pipes_;
  std::stop_source wake_;  ///< ends the sleep until the next pipe is due
};

}  // namespace vacuum
