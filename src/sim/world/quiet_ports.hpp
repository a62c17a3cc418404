#pragma once

#include <functional>
#include <string>
#include <utility>

#include "ports/datagram_sink.hpp"
#include "ports/event_sink.hpp"
#include "ports/file_reader.hpp"
#include "ports/heartbeat_list_sink.hpp"
#include "ports/host_observer.hpp"
#include "ports/image_verifier.hpp"
#include "ports/log.hpp"
#include "ports/resource_fetcher.hpp"
#include "ports/side_work.hpp"
#include "ports/token_key_source.hpp"

namespace vacuum::sim {

/// Hands lines of a level or above to somebody.
class ForwardingLog final : public Log {
 public:
  using Receiver = std::function<void(LogLevel, std::string_view)>;
  /// Without a receiver no line is wanted.
  explicit ForwardingLog(Receiver receiver, LogLevel least = LogLevel::info)
      : receiver_(std::move(receiver)), least_(least) {}
  void write(LogLevel level, std::string_view line) override {
    if (wants(level)) receiver_(level, line);
  }
  [[nodiscard]] bool wants(LogLevel level) const override { return receiver_ && level >= least_; }

 private:
  Receiver receiver_;
  LogLevel least_;
};

/// Hands events to somebody.
class ForwardingEvents final : public EventSink {
 public:
  explicit ForwardingEvents(std::function<void(const Event&)> receiver) : receiver_(std::move(receiver)) {}
  void tell(Event event) override {
    if (receiver_) receiver_(event);
  }

 private:
  std::function<void(const Event&)> receiver_;
};

/// Templates of user_data, keys: whatever is asked for is there, and empty.
class EmptyFiles final : public FileReader {
 public:
  Async<Result<std::string, FileError>> read(std::string, std::size_t) override { co_return std::string(); }
};

/// Every URL has an empty text.
class EmptyWeb final : public ResourceFetcher {
 public:
  Async<Result<FetchAnswer, FetchError>> fetch(FetchRequest request) override {
    co_return FetchAnswer{FetchedText{"", std::move(request.url), {}}};
  }
};

class NoDatagrams final : public DatagramSink {
 public:
  void send(const HostPort&, std::string) override {}
  [[nodiscard]] std::string problem(const HostPort&) const override { return {}; }
};

class NoHeartbeatLists final : public HeartbeatListSink {
 public:
  Async<StoreResult<Done>> publish(const SpaceName&, std::map<MachinetypeName, std::string>) override {
    co_return Done{};
  }
};

class NoHost final : public HostObserver {
 public:
  Async<HostHealth> look() override { co_return HostHealth{}; }
};

/// A simulated site uses images that its cloud has.
class NoImages final : public ImageCache {
 public:
  Async<Result<LocalImage, ImageError>> fetch(std::string url, ImageInspection) override {
    co_return Failure{ImageError{ImageDecision::give_up, url + ": images are not simulated"}};
  }
  Async<std::optional<LocalImage>> cached(std::string) override { co_return std::nullopt; }
  [[nodiscard]] std::optional<FetchProgress> progress(const std::string&) const override {
    return std::nullopt;
  }
  Async<Result<LocalImage, ImageError>> find_file(std::string path) override {
    co_return Failure{ImageError{ImageDecision::give_up, path + ": images are not simulated"}};
  }
  Async<Result<std::string, ImageError>> inspect(std::string path, ImageInspection) override {
    co_return Failure{ImageError{ImageDecision::give_up, path + ": images are not simulated"}};
  }
  void keep(const SpaceName&, std::set<std::string>) override {}
};

class NoSignatures final : public ImageVerifier {
 public:
  [[nodiscard]] ImageInspection signed_by(std::string, TimePoint) override {
    return [](const ImageBytes&) -> Result<std::string, std::string> { return std::string(); };
  }
};

/// Does it at once: simulated time does not pass meanwhile.
class WorkAtOnce final : public SideWork {
 public:
  Async<bool> run(std::function<void()> work) override {
    work();
    co_return true;
  }
};

class FixedTokenKey final : public TokenKeySource {
 public:
  Async<StoreResult<Secret>> token_key() override { co_return Secret(std::string(32, 's')); }
};

}  // namespace vacuum::sim
