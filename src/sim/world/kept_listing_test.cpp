#include "sim/world/kept_listing.hpp"

#include <gtest/gtest.h>

#include "sim/scenario.hpp"

namespace vacuum::sim {
namespace {

class RestlessGuests : public Guests {
 public:
  GuestStep started(const CloudServer&, Moment now) override { return {.wake_at = now + Seconds{60}}; }
  GuestStep woke(const CloudServer&, Moment) override { return {.wake_at = {}, .power_off = true}; }
  GuestStep sent(const CloudServer&, std::string_view, Moment) override { return {}; }
  GuestStep learned(const CloudServer&, const GuestFeatures&, Moment) override { return {}; }
  void ended(const CloudServer&) override {}
};

constexpr Moment kStart{Seconds{1'700'000'000}};

Server describe(const CloudServer& server) {
  return {.name = MachineName(server.name),
          .id = ServerId(server.id),
          .processors = static_cast<int>(server.status) + (server.deleting ? 100 : 0),
          .created = in_seconds(server.created)};
}

std::string line_of(const Server& server) {
  return fmt::format("{} {} {}", server.id, server.name, server.processors);
}

class KeptListingTest : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  static CloudSettings settings() {
    CloudSettings settings = default_scenario().cloud;
    settings.faults.failed_build_rate = 0.1;
    settings.faults.vanish_rate = 0.1;
    settings.faults.vanish_after = {5, 50};
    return settings;
  }
  void create() {
    CreateOrder order;
    order.name = fmt::format("vm-{}", ++created_);
    order.image_id = model.images().front().id;
    (void)model.create(order, now);
  }
  void change_something() {
    const auto there = model.all();
    const std::uint64_t choice = draws.below(10);
    if (there.empty() || choice < 6) return create();
    const std::string id = there[draws.below(there.size())]->id;
    if (choice < 9)
      (void)model.remove(0, id, now);
    else
      (void)model.vanish(id, now);
  }
  std::vector<std::string> lines_of_model() const {
    std::vector<std::string> lines;
    for (const CloudServer* server : model.list(0, {.marker = {}, .limit = model.size()}).servers)
      lines.push_back(line_of(describe(*server)));
    return lines;
  }
  static std::vector<std::string> lines_of(const std::vector<ListedPage>& pages) {
    std::vector<std::string> lines;
    for (const ListedPage& page : pages)
      for (const Server& server : page->servers) lines.push_back(line_of(server));
    return lines;
  }

  RestlessGuests guests;
  Moment now = kStart;
  CloudModel model{settings(), GetParam(), guests, kStart};
  RandomStream draws{GetParam()};
  int created_ = 0;
};

TEST_P(KeptListingTest, IsWhatTheModelLists) {
  for (int i = 0; i < 300; ++i) create();
  KeptListing kept(model, describe);
  for (int step = 0; step < 60; ++step) {
    for (std::uint64_t i = draws.below(30); i > 0; --i) change_something();
    now += Seconds{static_cast<std::int64_t>(draws.below(20))};
    model.advance(now);
    ASSERT_EQ(lines_of(kept.pages()), lines_of_model()) << "after step " << step;
  }
}

TEST_P(KeptListingTest, WhatWasGivenOutStaysAsItWas) {
  KeptListing kept(model, describe);
  for (int i = 0; i < 300; ++i) create();
  const auto given = kept.pages();
  const auto lines = lines_of(given);
  ASSERT_EQ(lines.size(), 300u);
  for (int step = 0; step < 20; ++step) {
    for (int i = 0; i < 20; ++i) change_something();
    now += Seconds{10};
    model.advance(now);
    (void)kept.pages();
  }
  EXPECT_NE(lines_of(kept.pages()), lines);
  EXPECT_EQ(lines_of(given), lines);
}

INSTANTIATE_TEST_SUITE_P(Seeds, KeptListingTest, ::testing::Range<std::uint64_t>(1, 20));

}  // namespace
}  // namespace vacuum::sim
