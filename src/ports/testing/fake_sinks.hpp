#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ports/accounting_sink.hpp"
#include "ports/datagram_sink.hpp"
#include "ports/event_sink.hpp"
#include "ports/heartbeat_list_sink.hpp"
#include "ports/host_observer.hpp"

namespace vacuum {

/// Keeps the events for a test to look at.
class FakeEventSink final : public EventSink {
 public:
  std::vector<Event> events;

  void tell(Event event) override { events.push_back(std::move(event)); }
};

/// Keeps the lists as they were published last.
class FakeHeartbeatListSink final : public HeartbeatListSink {
 public:
  std::map<SpaceName, std::map<MachinetypeName, std::string>> lists;

  Async<StoreResult<Done>> publish(const SpaceName& space,
                                   std::map<MachinetypeName, std::string> published) override {
    lists[space] = std::move(published);
    co_return Done{};
  }
};

/// A host as a test wants it.
class FakeHostObserver final : public HostObserver {
 public:
  HostHealth health;

  Async<HostHealth> look() override { co_return health; }
};

/// Keeps the datagrams for a test to look at.
class FakeDatagramSink final : public DatagramSink {
 public:
  std::vector<std::pair<HostPort, std::string>> sent;
  std::map<HostPort, std::string> problems;

  void send(const HostPort& destination, std::string datagram) override {
    sent.emplace_back(destination, std::move(datagram));
  }
  [[nodiscard]] std::string problem(const HostPort& destination) const override {
    const auto found = problems.find(destination);
    return found == problems.end() ? std::string() : found->second;
  }
};

/// Keeps the records by key; can fail the next one.
class FakeAccountingSink final : public AccountingSink {
 public:
  std::map<std::string, AccountingRecord> records;
  int calls = 0;
  bool fails = false;

  Async<StoreResult<Done>> record(AccountingRecord record) override {
    ++calls;
    if (fails) co_return Failure{StoreError{StoreDecision::retry, "accounting: No space left on device"}};
    records.emplace(record.key, std::move(record));
    co_return Done{};
  }
};

}  // namespace vacuum
