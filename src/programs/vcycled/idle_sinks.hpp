#pragma once

#include "ports/accounting_sink.hpp"
#include "ports/datagram_sink.hpp"
#include "ports/resource_fetcher.hpp"

namespace vacuum {

/// Ports of what this program does not do.
class NoFetcher final : public ResourceFetcher {
 public:
  Async<Result<FetchAnswer, FetchError>> fetch(FetchRequest request) override {
    co_return Failure{FetchError{FetchDecision::give_up, request.url + ": nothing is fetched here"}};
  }
};

class NoAccounting final : public AccountingSink {
 public:
  Async<StoreResult<Done>> record(AccountingRecord) override { co_return Done{}; }
};

class NoDatagrams final : public DatagramSink {
 public:
  void send(const HostPort&, std::string) override {}
  [[nodiscard]] std::string problem(const HostPort&) const override { return {}; }
};

}  // namespace vacuum
