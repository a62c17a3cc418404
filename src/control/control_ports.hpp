#pragma once

#include "control/fault_board.hpp"
#include "control/standing.hpp"
#include "ports/accounting_sink.hpp"
#include "ports/clock.hpp"
#include "ports/creation_turns.hpp"
#include "ports/datagram_sink.hpp"
#include "ports/event_sink.hpp"
#include "ports/file_reader.hpp"
#include "ports/heartbeat_list_sink.hpp"
#include "ports/host_observer.hpp"
#include "ports/image_cache.hpp"
#include "ports/image_verifier.hpp"
#include "ports/log.hpp"
#include "ports/machine_store.hpp"
#include "ports/order_book.hpp"
#include "ports/resource_fetcher.hpp"
#include "ports/side_work.hpp"
#include "ports/token_key_source.hpp"

namespace vacuum {

/// What every space of a daemon shares.
struct ControlPorts {
  MachineStore& store;
  FileReader& files;
  Clock& clock;
  Log& log;
  EventSink& events;
  ResourceFetcher& fetcher;
  AccountingSink& accounting;
  DatagramSink& datagrams;
  HeartbeatListSink& heartbeat_lists;
  HostObserver& host;
  FaultBoard& faults;
  OrderBook& orders;
  SideWork& side_work;
  TokenKeySource& token_key;
  ImageCache& images;
  ImageVerifier& image_verifier;
  CreationTurns& turns;
  Standings& standings;
};

}  // namespace vacuum
