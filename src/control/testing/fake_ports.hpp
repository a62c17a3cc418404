#pragma once

#include "control/control_ports.hpp"
#include "control/testing/map_file_reader.hpp"
#include "ports/testing/fake_clock.hpp"
#include "ports/testing/fake_image_cache.hpp"
#include "ports/testing/fake_log.hpp"
#include "ports/testing/fake_resource_fetcher.hpp"
#include "ports/testing/fake_sinks.hpp"
#include "ports/testing/fake_token_key_source.hpp"
#include "ports/testing/inline_side_work.hpp"
#include "ports/testing/memory_creation_turns.hpp"
#include "ports/testing/memory_machine_store.hpp"
#include "ports/testing/memory_order_book.hpp"

namespace vacuum {

/// All ports of control as fakes, for tests.
struct FakePorts {
  MemoryMachineStore store;
  MapFileReader files;
  FakeClock clock;
  FakeLog log;
  FakeEventSink events;
  FakeResourceFetcher fetcher;
  FakeAccountingSink accounting;
  FakeDatagramSink datagrams;
  FakeHeartbeatListSink heartbeat_lists;
  FakeHostObserver host;
  FaultBoard faults;
  MemoryOrderBook orders;
  InlineSideWork side_work;
  FakeTokenKeySource token_key;
  FakeImageCache image_cache;
  FakeImageVerifier image_verifier;
  MemoryCreationTurns turns;
  SoleStanding standings{IncarnationId{"me~0123456789"}};

  [[nodiscard]] ControlPorts ports() { return ports_with(store, clock, accounting); }
  /// Of one manager among several on the same fakes.
  [[nodiscard]] ControlPorts ports_of(Standings& place, MachineStore& fenced) {
    return ports_with(fenced, clock, accounting, place);
  }
  /// With these in place of the fakes.
  [[nodiscard]] ControlPorts ports_with(MachineStore& other_store, Clock& other_clock,
                                        AccountingSink& other_accounting) {
    return ports_with(other_store, other_clock, other_accounting, standings);
  }

 private:
  [[nodiscard]] ControlPorts ports_with(MachineStore& other_store, Clock& other_clock,
                                        AccountingSink& other_accounting, Standings& place) {
    return {other_store, files,           other_clock, log,    events, fetcher,   other_accounting,
            datagrams,   heartbeat_lists, host,        faults, orders, side_work, token_key,
            image_cache, image_verifier,  turns,       place};
  }
};

}  // namespace vacuum
