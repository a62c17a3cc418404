#include "programs/vcycle/order_commands.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include "adapters/shared_directory/order_directory.hpp"
#include "base/text.hpp"
#include "programs/common/run_to_end.hpp"
#include "programs/vcycle/state_view.hpp"
#include "programs/vcycle/subjects.hpp"
#include "programs/vcycle/text_table.hpp"

namespace vacuum {
namespace {

constexpr std::chrono::milliseconds kPoll{200};

/// One order to give or to withdraw.
struct Target {
  SpaceName space;
  OrderKey key;
};

bool gives(OrderVerb verb) {
  return verb != OrderVerb::undrain && verb != OrderVerb::release_deletions;
}

/// Who runs this: behind sudo, who called it.
std::string caller() {
  if (const char* sudo = std::getenv("SUDO_USER"); sudo != nullptr && *sudo != '\0')
    return printable(sudo, 64);
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr ? found->pw_name : fmt::format("{}", ::getuid());
}

OrderKey key_of(OrderVerb verb, const Subject& subject) {
  if (verb == OrderVerb::remove) return OrderKey::remove(MachineName{subject.machine});
  if (verb == OrderVerb::hold_deletions || verb == OrderVerb::release_deletions)
    return OrderKey::hold_deletions();
  return subject.kind == Subject::Kind::space ? OrderKey::drain_space()
                                              : OrderKey::drain(subject.machinetype);
}

/// Why a subject is none of this verb's; empty where it is.
std::string objection(OrderVerb verb, const Subject& subject) {
  const bool is_machine = subject.kind == Subject::Kind::machine;
  if (verb == OrderVerb::remove) {
    if (!is_machine) return fmt::format("{} is no machine; name the machines to delete", subject.text());
    if (subject.place == MachineFolder::Place::deleted)
      return fmt::format("{} is gone already; see 'vcycle explain {}'", subject.machine, subject.machine);
    return {};
  }
  if (is_machine) return fmt::format("{} is a machine; name a space or a machinetype", subject.text());
  const bool is_hold = verb == OrderVerb::hold_deletions || verb == OrderVerb::release_deletions;
  if (is_hold && subject.kind != Subject::Kind::space)
    return fmt::format("{} is a machinetype; deletions are held for a whole space", subject.text());
  return {};
}

/// "SPACE MACHINETYPE" is one subject in two words.
std::vector<std::string> joined_words(const OrderRequest& request) {
  const bool is_drain = request.verb == OrderVerb::drain || request.verb == OrderVerb::undrain;
  if (!is_drain || request.words.size() != 2) return request.words;
  if (request.words[0].find('/') != std::string::npos) return request.words;
  return {request.words[0] + "/" + request.words[1]};
}

Result<std::vector<Target>, std::string> targets_of(const OrderRequest& request) {
  auto known = known_pools(request.common.places);
  std::vector<Target> targets;
  if (request.words.empty()) {
    for (const Subject& pool : known) {
      if (pool.kind == Subject::Kind::space) targets.push_back({pool.space, key_of(request.verb, pool)});
    }
    if (targets.empty()) return Failure{std::string("no space is known here; does vcycled run?")};
    return targets;
  }
  auto machines = known_machines(request.common.places, known);
  known.insert(known.end(), machines.begin(), machines.end());
  for (const std::string& word : joined_words(request)) {
    const auto subject = find_subject(known, word, Completion::exact);
    if (!subject) return Failure{subject.error()};
    if (std::string words = objection(request.verb, *subject); !words.empty())
      return Failure{std::move(words)};
    targets.push_back({subject->space, key_of(request.verb, *subject)});
  }
  return targets;
}

/// "in 23 s", by what the daemon last told.
std::string when_seen(const SpaceView& view, TimePoint now) {
  if (!view.status) return "when vcycled runs";
  const StatusDocument& status = *view.status;
  const auto next = status.cycle_began + std::chrono::ceil<Seconds>(status.next_cycle_after);
  if (next < now) return "when vcycled does its next cycle, which is due";
  return fmt::format("with the next cycle, in {}", format_duration(next - now));
}

std::string done_words(const OrderRequest& request, const Target& target) {
  const bool whole = target.key.subject.empty();
  const std::string pool =
      whole ? target.space.text() : fmt::format("{}/{}", target.space, target.key.subject);
  switch (request.verb) {
    case OrderVerb::drain:
      return fmt::format(
          "{}{} is drained: nothing new is created, what runs ends by itself. To end it: vcycle undrain {}",
          whole ? "space " : "", pool, pool);
    case OrderVerb::undrain:
      return pool + " is drained no more";
    case OrderVerb::remove:
      return fmt::format("{} will be deleted", target.key.subject);
    case OrderVerb::hold_deletions:
      return fmt::format("space {}: all deletions are held. To end it: vcycle hold-deletes {} --off",
                         target.space, target.space);
    case OrderVerb::release_deletions:
      return fmt::format("space {}: deletions are held no more", target.space);
  }
  return {};
}

/// Whether the last cycle went by this order, or without it after it was withdrawn.
bool is_seen(const OrderRequest& request, const Target& target, const Order& order, const SpaceView& view) {
  if (!view.status) return false;
  const Order* seen = find_order(view.status->orders, target.key);
  if (!gives(request.verb)) return seen == nullptr;
  if (seen != nullptr) return seen->since == order.since && seen->reason == order.reason;
  if (request.verb != OrderVerb::remove) return false;
  // Carried out already: the machine is gone.
  const MachineFolders folders(request.common.places.state_directory, target.space);
  const auto folder = folders.read(MachineFolder::Place::current, target.key.subject);
  return folder && !*folder;
}

SpaceView view_of(const OrderRequest& request, const SpaceName& space) {
  CommandOptions options = request.common;
  options.space = space;
  return read_space_views(options).front();
}

/// False where the time ran out.
bool wait_until_seen(const OrderRequest& request, const Target& target, const Order& order,
                     std::ostream& out) {
  const auto deadline = std::chrono::steady_clock::now() + *request.wait;
  for (;;) {
    const SpaceView view = view_of(request, target.space);
    if (is_seen(request, target, order, view)) {
      out << fmt::format("seen by {} in the cycle of {}\n", view.status->manager,
                         format_iso8601(view.status->cycle_began));
      return true;
    }
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(kPoll);
  }
}

/// Gives or withdraws one order; the exit status.
int carry_out(const OrderRequest& request, const Target& target, const Order& order, std::ostream& out,
              std::ostream& errors) {
  boost::asio::io_context loop;
  DiskWorker worker;
  OrderDirectory orders(request.common.places.state_directory, worker);
  const auto done = gives(request.verb) ? run_to_end(loop, orders.give(target.space, target.key, order))
                                        : run_to_end(loop, orders.withdraw(target.space, target.key));
  const bool never_stood = !done && !gives(request.verb) && done.error().decision == StoreDecision::not_found;
  if (!done && !never_stood) {
    errors << fmt::format("vcycle: {}\n", done.error().message);
    return 1;
  }
  if (never_stood) {
    out << fmt::format("space {}: no such order stands\n", target.space);
    return 0;
  }
  const SpaceView view = view_of(request, target.space);
  out << fmt::format("{}; it takes effect {}\n", done_words(request, target), when_seen(view, time_now()));
  if (!request.wait || wait_until_seen(request, target, order, out)) return 0;
  errors << fmt::format("vcycle: no cycle of space {} saw it within {}; it stands all the same\n",
                        target.space, format_duration(*request.wait));
  return 1;
}

boost::json::object order_json(const SpaceName& space, const OrderKey& key, const Order& order) {
  return {{"space", space.text()},  {"kind", to_string(key.kind)},
          {"subject", key.subject}, {"since", to_unix(order.since)},
          {"by", order.by},         {"reason", order.reason}};
}

}  // namespace

int run_orders(const OrderRequest& request, std::ostream& out, std::ostream& errors) {
  const auto targets = targets_of(request);
  if (!targets) {
    errors << "vcycle: " << targets.error() << "\n";
    return 1;
  }
  const Order order{time_now(), caller(), printable(request.reason)};
  int exit_status = 0;
  for (const Target& target : *targets) {
    exit_status = std::max(exit_status, carry_out(request, target, order, out, errors));
  }
  return exit_status;
}

int run_list_orders(const CommandOptions& options, std::ostream& out, std::ostream& errors) {
  boost::asio::io_context loop;
  DiskWorker worker;
  OrderDirectory book(options.places.state_directory, worker);
  boost::json::array list;
  std::vector<std::vector<std::string>> rows;
  int exit_status = 0;
  for (const SpaceView& view : read_space_views(options)) {
    const auto orders = run_to_end(loop, book.read(view.name));
    if (!orders) {
      errors << fmt::format("vcycle: space {}: {}\n", view.name, orders.error().message);
      exit_status = 1;
      continue;
    }
    for (const auto& [key, order] : *orders) {
      list.push_back(order_json(view.name, key, order));
      const bool seen = view.status && find_order(view.status->orders, key) != nullptr;
      rows.push_back({view.name.text(), std::string(to_string(key.kind)), key.subject,
                      format_iso8601(order.since), order.by, seen ? "yes" : "not yet", order.reason});
    }
  }
  if (options.format == Format::json) {
    out << boost::json::serialize(boost::json::object{{"orders", std::move(list)}}) << "\n";
  } else {
    out << text_table({{"SPACE"}, {"ORDER"}, {"OF"}, {"SINCE"}, {"BY"}, {"IN FORCE"}, {"REASON"}}, rows);
  }
  return exit_status;
}

}  // namespace vacuum
