#include "adapters/shared_directory/order_directory.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include "adapters/shared_directory/space_disk.hpp"
#include "base/text.hpp"

namespace vacuum {

using namespace shared_directory;

namespace {

constexpr std::size_t kOrdersMax = 100'000;
constexpr std::size_t kOrderBytesMax = 4096;
constexpr std::size_t kNameBytesMax = 100;
constexpr const char* kOrders = "orders";
constexpr std::string_view kDrain = "drain";
constexpr std::string_view kHold = "hold-deletes";
constexpr std::string_view kDrainPrefix = "drain.";
constexpr std::string_view kDeletePrefix = "delete.";

std::string file_name(const OrderKey& key) {
  switch (key.kind) {
    case OrderKind::drain_space:
      return std::string(kDrain);
    case OrderKind::hold_deletions:
      return std::string(kHold);
    case OrderKind::drain_machinetype:
      return std::string(kDrainPrefix) + key.subject;
    case OrderKind::delete_machine:
      return std::string(kDeletePrefix) + key.subject;
  }
  return {};
}

std::optional<OrderKey> parse_name(std::string_view name) {
  OrderKey key;
  if (name == kDrain) return OrderKey::drain_space();
  if (name == kHold) return OrderKey::hold_deletions();
  if (name.starts_with(kDrainPrefix)) {
    key = {OrderKind::drain_machinetype, std::string(name.substr(kDrainPrefix.size()))};
  } else if (name.starts_with(kDeletePrefix)) {
    key = {OrderKind::delete_machine, std::string(name.substr(kDeletePrefix.size()))};
  }
  return !key.subject.empty() && is_order_key(key) ? std::optional(std::move(key)) : std::nullopt;
}

std::string file_text(const Order& order) {
  return fmt::format("{} {}\n{}\n", to_unix(order.since), printable(order.by, kNameBytesMax),
                     printable(order.reason));
}

Order parse_text(std::string_view text, TimePoint written) {
  const std::string_view first = text.substr(0, text.find('\n'));
  const std::string_view rest = text.substr(std::min(text.size(), first.size() + 1));
  const std::string_view time = first.substr(0, first.find(' '));
  Order order{.since = written, .by = {}, .reason = printable(trim(rest.substr(0, rest.find('\n'))))};
  const auto since = parse_integer(time);
  if (!since || *since < 1 || from_unix(*since) > written + Seconds{86400}) return order;
  order.since = from_unix(*since);
  order.by = printable(trim(first.substr(time.size())), kNameBytesMax);
  return order;
}

StoreResult<Directory> open_orders(const std::string& shared, const SpaceName& space) {
  auto at = open_root(shared);
  if (!at) return to_root_error(at.error());
  for (const std::string& name : {std::string(kOrders), space.text()}) {
    at = open_directory(*at, name);
    if (at) continue;
    auto failure = to_store_error(at.error());
    if (at.error().code == ENOENT) failure.error.decision = StoreDecision::not_found;
    return failure;
  }
  return std::move(*at);
}

/// What root makes belongs to whom the shared directory belongs to: the daemon must be able to remove it.
void hand_over(const Directory& shared, int descriptor) {
  struct stat owner {};
  if (::geteuid() != 0 || ::fstat(shared.descriptor(), &owner) != 0) return;
  // Where that fails the order still stands; a delete order that is carried out then stays behind.
  [[maybe_unused]] const int changed = ::fchown(descriptor, owner.st_uid, owner.st_gid);
}

/// What a command that lacks the right to write is told to do.
Failure<StoreError> with_owner(DiskError error, const std::string& shared) {
  const bool is_right = error.code == EACCES || error.code == EPERM;
  Failure<StoreError> failure = to_store_error(std::move(error));
  struct stat owner {};
  if (!is_right || ::stat(shared.c_str(), &owner) != 0) return failure;
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(owner.st_uid, &entry, buffer.data(), buffer.size(), &found);
  const std::string name = found != nullptr ? found->pw_name : fmt::format("number {}", owner.st_uid);
  failure.error.message +=
      fmt::format("; run it as the user {}, whom the shared directory belongs to, or as root", name);
  return failure;
}

StoreResult<Directory> enter_orders(const std::string& shared, const SpaceName& space) {
  auto root = open_root(shared);
  if (!root) return to_store_error(root.error());
  auto orders = enter_directory(*root, kOrders);
  if (!orders) return with_owner(orders.error(), shared);
  hand_over(*root, orders->descriptor());
  auto folder = enter_directory(*orders, space.text());
  if (!folder) return with_owner(folder.error(), shared);
  hand_over(*root, folder->descriptor());
  return std::move(*folder);
}

Failure<StoreError> not_standing(const OrderKey& key) {
  return Failure{
      StoreError{StoreDecision::not_found, fmt::format("no such order stands: {}", file_name(key))}};
}

Failure<StoreError> bad_key(const OrderKey& key) {
  return Failure{
      StoreError{StoreDecision::not_found, fmt::format("'{}' is no name", printable(key.subject))}};
}

struct ReadOrders {
  std::optional<Stamp> stamp;
  Orders orders;
};

/// One order file; nothing where it went away meanwhile. A file that is there and cannot be read is an order
/// all the same.
std::optional<Order> read_order(const Directory& folder, const std::string& name) {
  struct stat status {};
  if (::fstatat(folder.descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  const auto text = read_start(folder, name, kOrderBytesMax);
  return parse_text(text ? *text : std::string_view(), from_unix(status.st_mtim.tv_sec));
}

/// Nothing where the stamp is the known one.
StoreResult<std::optional<ReadOrders>> look(const std::string& shared, const SpaceName& space,
                                            const std::optional<Stamp>& known) {
  auto folder = open_orders(shared, space);
  if (!folder) {
    if (folder.error().decision == StoreDecision::not_found) return std::optional(ReadOrders{});
    return Failure{folder.error()};
  }
  auto stamp = stamp_directory(*folder);
  if (!stamp) return to_store_error(stamp.error());
  if (known && *known == *stamp) return std::optional<ReadOrders>{};
  ReadOrders found;
  if (is_settled(*stamp)) found.stamp = *stamp;
  auto entries = list_directory(*folder, kOrdersMax);
  if (!entries) return to_store_error(entries.error());
  for (const auto& entry : *entries) {
    const auto key = parse_name(entry.name);
    if (!key) continue;
    if (auto order = read_order(*folder, entry.name)) found.orders.emplace(*key, std::move(*order));
  }
  return std::optional(std::move(found));
}

}  // namespace

Async<StoreResult<Orders>> OrderDirectory::read(SpaceName space) {
  if (!is_space_name(space.text())) co_return Orders{};
  auto job = [shared = shared_, space, stamp = known_[space].stamp] { return look(shared, space, stamp); };
  auto outcome = co_await worker_.run(std::move(job));
  auto found = or_late(std::move(outcome), shared_);
  if (!found) co_return Failure{found.error()};
  Known& known = known_[space];
  if (*found) known = {(*found)->stamp, std::move((*found)->orders)};
  co_return known.orders;
}

Async<StoreResult<Done>> OrderDirectory::give(SpaceName space, OrderKey key, Order order) {
  if (!is_space_name(space.text()) || !is_order_key(key)) co_return bad_key(key);
  auto job = [shared = shared_, space, key, order = std::move(order)]() -> StoreResult<Done> {
    auto folder = enter_orders(shared, space);
    if (!folder) return Failure{folder.error()};
    auto written = replace_file(*folder, file_name(key), file_text(order), 0644);
    if (!written) return with_owner(written.error(), shared);
    return Done{};
  };
  auto outcome = co_await worker_.run(std::move(job));
  known_.erase(space);
  co_return or_late(std::move(outcome), shared_);
}

Async<StoreResult<Done>> OrderDirectory::withdraw(SpaceName space, OrderKey key) {
  if (!is_space_name(space.text()) || !is_order_key(key)) co_return bad_key(key);
  auto job = [shared = shared_, space, key]() -> StoreResult<Done> {
    auto folder = open_orders(shared, space);
    if (!folder) {
      return folder.error().decision == StoreDecision::not_found ? not_standing(key)
                                                                 : Failure{folder.error()};
    }
    const std::string name = file_name(key);
    if (::unlinkat(folder->descriptor(), name.c_str(), 0) == 0) return Done{};
    if (errno == ENOENT) return not_standing(key);
    const int code = errno;
    const std::string said = std::system_category().message(code);
    return with_owner({code, fmt::format("cannot remove {}/{}: {}", folder->path(), name, said)}, shared);
  };
  auto outcome = co_await worker_.run(std::move(job));
  known_.erase(space);
  co_return or_late(std::move(outcome), shared_);
}

}  // namespace vacuum
