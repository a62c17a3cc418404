#include "adapters/shared_directory/order_directory.hpp"

#include <gtest/gtest.h>

#include "adapters/shared_directory/testing/state_directory.hpp"

namespace vacuum {
namespace {

const SpaceName kSpace{"cloud.example.org"};
const MachinetypeName kProd{"prod"};
const MachineName kMachine{"vcycle-prod-0123456789"};
const Order kOrder{from_unix(1'700'000'000), "ann", "new network"};

class OrderDirectoryTest : public ::testing::Test {
 protected:
  OrderDirectory& orders() { return orders_; }
  Orders read() {
    auto answer = state.get(orders_.read(kSpace));
    EXPECT_TRUE(answer.ok()) << answer.error().message;
    return answer ? std::move(*answer) : Orders{};
  }
  [[nodiscard]] std::filesystem::path file(const std::string& name) const {
    return state.path / "shared/orders" / kSpace.text() / name;
  }

  StateDirectory state;
  OrderDirectory orders_{state.path.string(), state.worker};
};

TEST_F(OrderDirectoryTest, ASpaceWithoutOrdersHasNone) {
  EXPECT_TRUE(read().empty());
}

TEST_F(OrderDirectoryTest, WhatIsGivenStandsForEveryManagerUntilItIsWithdrawn) {
  for (const OrderKey& key : {OrderKey::drain_space(), OrderKey::drain(kProd), OrderKey::hold_deletions(),
                              OrderKey::remove(kMachine)}) {
    ASSERT_TRUE(state.get(orders().give(kSpace, key, kOrder)).ok());
    OrderDirectory other(state.path.string(), state.worker);
    EXPECT_EQ(*state.get(other.read(kSpace)), (Orders{{key, kOrder}})) << key.subject;
    ASSERT_TRUE(state.get(orders().withdraw(kSpace, key)).ok());
    EXPECT_TRUE(state.get(other.read(kSpace))->empty());
    EXPECT_TRUE(read().empty());
  }
}

TEST_F(OrderDirectoryTest, WithdrawingWhatDoesNotStandSaysSo) {
  const auto never = state.get(orders().withdraw(kSpace, OrderKey::drain_space()));
  ASSERT_FALSE(never.ok());
  EXPECT_EQ(never.error().decision, StoreDecision::not_found);
}

TEST_F(OrderDirectoryTest, AFileThatWasMadeByHandIsAnOrderOfItsOwnTime) {
  write_file(file("drain"), "");
  state.set_time(file("drain"), from_unix(1'700'000'000));
  write_file(file("drain.prod"), "not a time at all\n\x01reason\x02here\nmore\n");
  const Orders found = read();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found.at(OrderKey::drain_space()).since, from_unix(1'700'000'000));
  EXPECT_EQ(found.at(OrderKey::drain(kProd)).reason, "reason here");
}

TEST_F(OrderDirectoryTest, StrangersFilesAreNoOrders) {
  for (const char* name :
       {".drain.1-2", "drain.", "drain.UPPER", "delete.foreign", "hold-deletes.x", "other"}) {
    write_file(file(name), "1700000000 ann\nx\n");
  }
  std::filesystem::create_symlink("/etc/passwd", file("hold-deletes"));
  EXPECT_EQ(read(), (Orders{{OrderKey::hold_deletions(), read().at(OrderKey::hold_deletions())}}))
      << "a symlink is an order without words: it is never followed";
  EXPECT_EQ(read().at(OrderKey::hold_deletions()).reason, "");
}

TEST_F(OrderDirectoryTest, AnUnchangedDirectoryIsNotReadAgain) {
  write_file(file("drain"), "1700000000 ann\nfirst\n");
  state.set_time(file("."), from_unix(1'700'000'100));
  EXPECT_EQ(read().at(OrderKey::drain_space()).reason, "first");
  write_file(file("drain"), "1700000000 ann\nsecond\n");  // in place: the directory does not change
  EXPECT_EQ(read().at(OrderKey::drain_space()).reason, "first");
  ASSERT_TRUE(state.get(orders().give(kSpace, OrderKey::drain(kProd), kOrder)).ok());
  EXPECT_EQ(read().at(OrderKey::drain_space()).reason, "second");
}

TEST_F(OrderDirectoryTest, AReasonOfManyLinesIsKeptAsOne) {
  const Order order{kOrder.since, "ann\nroot", "line one\nline two"};
  ASSERT_TRUE(state.get(orders().give(kSpace, OrderKey::drain_space(), order)).ok());
  EXPECT_EQ(read().at(OrderKey::drain_space()), (Order{kOrder.since, "ann root", "line one line two"}));
}

TEST_F(OrderDirectoryTest, NamesThatLeadElsewhereAreRefused) {
  EXPECT_FALSE(state.get(orders().give(SpaceName{"../up"}, OrderKey::drain_space(), kOrder)).ok());
  EXPECT_FALSE(state.get(orders().give(kSpace, OrderKey::drain(MachinetypeName{"a/b"}), kOrder)).ok());
}

TEST_F(OrderDirectoryTest, AMissingSharedDirectoryIsAnErrorAndNoEmptyBook) {
  std::filesystem::remove_all(state.path / "shared");
  EXPECT_FALSE(state.get(orders().read(kSpace)).ok());
}

}  // namespace
}  // namespace vacuum
