#include "sim/cloud_model.hpp"

#include <gtest/gtest.h>

#include "sim/scenario.hpp"

namespace vacuum::sim {
namespace {

/// Guests that do nothing, and remember who came and went.
class QuietGuests : public Guests {
 public:
  GuestStep started(const CloudServer& server, Moment) override {
    here.push_back(server.serial);
    return {};
  }
  GuestStep woke(const CloudServer&, Moment) override { return {}; }
  GuestStep sent(const CloudServer&, std::string_view, Moment) override { return {}; }
  GuestStep learned(const CloudServer&, const GuestFeatures&, Moment) override { return {}; }
  void ended(const CloudServer& server) override { gone.push_back(server.serial); }
  std::vector<std::uint64_t> here, gone;
};

constexpr Moment kStart{Seconds{1'700'000'000}};

class CloudModelTest : public ::testing::Test {
 protected:
  static CloudSettings settings() {
    CloudSettings settings = default_scenario().cloud;
    settings.schedule_seconds = {1, 1};
    settings.build_seconds = {2, 2};
    settings.delete_seconds = {1, 1};
    return settings;
  }
  static Moment at(double seconds) {
    return kStart + Milliseconds{static_cast<std::int64_t>(seconds * 1000)};
  }
  const CloudServer* create(CloudModel& model, double seconds, std::string name = "vm") {
    CreateOrder order;
    order.name = std::move(name);
    order.image_id = model.images().front().id;
    auto created = model.create(order, at(seconds));
    EXPECT_TRUE(created.ok());
    return created.ok() ? *created : nullptr;
  }
  QuietGuests guests;
};

TEST_F(CloudModelTest, BuildsAServerInItsTimes) {
  CloudModel model(settings(), 1, guests, kStart);
  const CloudServer* server = create(model, 0);
  EXPECT_EQ(server->status, ServerStatus::scheduling);
  model.advance(at(1));
  EXPECT_EQ(server->status, ServerStatus::building);
  model.advance(at(2.9));
  EXPECT_EQ(server->status, ServerStatus::building);
  model.advance(at(100));
  EXPECT_EQ(server->status, ServerStatus::active);
  EXPECT_EQ(server->launched, at(3));
  EXPECT_EQ(guests.here, std::vector<std::uint64_t>{server->serial});
}

TEST_F(CloudModelTest, TellsWhenSomethingHappensNext) {
  CloudModel model(settings(), 1, guests, kStart);
  EXPECT_EQ(model.next_event(), std::nullopt);
  create(model, 5);
  EXPECT_EQ(model.next_event(), at(6));
}

TEST_F(CloudModelTest, KeepsADeletedServerForAWhileThenForgetsItAndItsUse) {
  CloudModel model(settings(), 1, guests, kStart);
  const CloudServer* server = create(model, 0);
  const std::string id = server->id;
  EXPECT_TRUE(model.remove(0, id, at(10)));
  EXPECT_TRUE(server->deleting);
  EXPECT_EQ(server->status, ServerStatus::active);
  EXPECT_TRUE(model.remove(0, id, at(10.5))) << "asking twice does no harm";
  EXPECT_EQ(model.projects()[0].used.processors, 1);
  model.advance(at(11));
  EXPECT_EQ(model.find(0, id), nullptr);
  EXPECT_EQ(model.projects()[0].used.processors, 0);
  EXPECT_FALSE(model.remove(0, id, at(12)));
  EXPECT_EQ(guests.gone, guests.here);
}

TEST_F(CloudModelTest, DeletesAServerThatIsStillBeingBuilt) {
  CloudModel model(settings(), 1, guests, kStart);
  const std::string id = create(model, 0)->id;
  model.remove(0, id, at(0.5));
  model.advance(at(1.5));
  EXPECT_EQ(model.find(0, id), nullptr);
  model.advance(at(10));
  EXPECT_TRUE(guests.here.empty());
}

TEST_F(CloudModelTest, NamesEveryQuotaThatStandsAgainstAServer) {
  CloudSettings limited = settings();
  limited.projects = {{"demo", {.machines = 1, .processors = 1, .memory_mb = 5000}}};
  CloudModel model(limited, 1, guests, kStart);
  create(model, 0);
  CreateOrder order;
  order.flavor = 1;  // 2 processors, 4096 MB
  const auto refused = model.create(order, at(1));
  ASSERT_FALSE(refused.ok());
  ASSERT_EQ(refused.error().size(), 3u);
  EXPECT_EQ(refused.error()[0].resource, "cores");
  EXPECT_EQ(refused.error()[0].requested, 2);
  EXPECT_EQ(refused.error()[0].used, 1);
  EXPECT_EQ(refused.error()[1].resource, "instances");
  EXPECT_EQ(refused.error()[2].resource, "ram");
  EXPECT_EQ(model.counters().refused, 1u);
  EXPECT_EQ(model.size(), 1u);
}

TEST_F(CloudModelTest, CountsFailedAndDeletingServersAgainstTheQuotaUntilTheyAreGone) {
  CloudSettings limited = settings();
  limited.projects = {{"demo", {.machines = 1}}};
  limited.faults.failed_builds_next = 1;
  CloudModel model(limited, 1, guests, kStart);
  const std::string id = create(model, 0)->id;
  model.advance(at(5));
  EXPECT_EQ(model.find(0, id)->status, ServerStatus::failed);
  EXPECT_EQ(model.find(0, id)->fault->message, "No valid host was found. ");
  EXPECT_FALSE(model.create({}, at(6)).ok());
  model.remove(0, id, at(7));
  EXPECT_FALSE(model.create({}, at(7.5)).ok());
  EXPECT_TRUE(model.create({}, at(8)).ok());
}

TEST_F(CloudModelTest, PutsTheServersIdIntoTheTextOfAFault) {
  CloudSettings faulty = settings();
  faulty.faults.failed_build_rate = 1;
  faulty.faults.build_failures = {{500, "Build of instance {id} aborted"}};
  CloudModel model(faulty, 1, guests, kStart);
  const CloudServer* server = create(model, 0);
  model.advance(at(5));
  EXPECT_EQ(server->fault->message, "Build of instance " + server->id + " aborted");
}

TEST_F(CloudModelTest, FindsNoHostForWhatIsTooLargeOrTooMuch) {
  CloudSettings small = settings();
  small.processors_per_host = 2;
  small.processors_capacity = 3;
  CloudModel model(small, 1, guests, kStart);
  CreateOrder large;
  large.flavor = 2;  // 4 processors
  const CloudServer* refused = *model.create(large, at(0));
  model.advance(at(5));
  EXPECT_EQ(refused->status, ServerStatus::failed);
}

TEST_F(CloudModelTest, LeavesAStuckBuildAndAStuckDeleteAsTheyAre) {
  CloudSettings faulty = settings();
  faulty.faults.stuck_builds_next = 1;
  faulty.faults.stuck_deletes_next = 1;
  CloudModel model(faulty, 1, guests, kStart);
  const CloudServer* server = create(model, 0);
  const std::string id = server->id;
  model.advance(at(10000));
  EXPECT_EQ(server->status, ServerStatus::scheduling);
  model.remove(0, id, at(10001));
  model.advance(at(20000));
  ASSERT_NE(model.find(0, id), nullptr);
  EXPECT_TRUE(server->deleting);
  model.remove(0, id, at(20001));
  model.advance(at(20003));
  EXPECT_EQ(model.find(0, id), nullptr) << "asked again, it is freed";
}

TEST_F(CloudModelTest, LetsServersVanishWithoutATrace) {
  CloudSettings faulty = settings();
  faulty.faults.vanish_rate = 1;
  faulty.faults.vanish_after = {5, 5};
  CloudModel model(faulty, 1, guests, kStart);
  const std::string id = create(model, 0)->id;
  model.advance(at(7.9));
  EXPECT_NE(model.find(0, id), nullptr);
  model.advance(at(8));
  EXPECT_EQ(model.find(0, id), nullptr);
  ServerQuery changes;
  changes.changes_since = in_seconds(kStart);
  EXPECT_TRUE(model.list(0, changes).servers.empty());
  EXPECT_EQ(model.counters().vanished, 1u);
  EXPECT_EQ(model.projects()[0].used.machines, 0);
}

TEST_F(CloudModelTest, ListsTheNewestFirstAndWithinASecondById) {
  CloudModel model(settings(), 1, guests, kStart);
  create(model, 0, "old");
  for (int i = 0; i < 5; ++i) create(model, 10 + 0.1 * i, "new");
  const auto page = model.list(0, {}).servers;
  ASSERT_EQ(page.size(), 6u);
  EXPECT_EQ(page.back()->name, "old");
  for (std::size_t i = 1; i < 5; ++i) EXPECT_LT(page[i - 1]->id, page[i]->id);
}

TEST_F(CloudModelTest, PagesThroughAllServersOnceWhileOthersComeAndGo) {
  CloudModel model(settings(), 1, guests, kStart);
  for (int i = 0; i < 100; ++i) create(model, i, "vm-" + std::to_string(i));
  ServerQuery query;
  query.limit = 30;
  std::vector<std::string> names;
  double now = 200;
  for (;;) {
    const ServerPage page = model.list(0, query);
    ASSERT_TRUE(page.marker_found);
    for (const CloudServer* server : page.servers) names.push_back(server->name);
    if (page.servers.size() < query.limit) break;
    query.marker = page.servers.back()->id;
    create(model, ++now, "later");  // is newer than the first page
  }
  EXPECT_EQ(names.size(), 100u);
  EXPECT_EQ(names.front(), "vm-99");
  EXPECT_EQ(names.back(), "vm-0");
}

TEST_F(CloudModelTest, KnowsNoPageBehindAServerThatIsGone) {
  CloudModel model(settings(), 1, guests, kStart);
  ServerQuery query;
  query.marker = create(model, 0)->id;
  EXPECT_TRUE(model.list(0, query).marker_found);
  model.vanish(*query.marker, at(1));
  EXPECT_FALSE(model.list(0, query).marker_found);
}

TEST_F(CloudModelTest, ListsWhatChangedSinceWithThoseThatAreGone) {
  CloudModel model(settings(), 1, guests, kStart);
  create(model, 0, "quiet");
  const std::string id = create(model, 1, "deleted")->id;
  model.remove(0, id, at(100));
  model.advance(at(110));
  ServerQuery query;
  query.changes_since = in_seconds(at(50));
  const auto page = model.list(0, query).servers;
  ASSERT_EQ(page.size(), 1u);
  EXPECT_EQ(page[0]->name, "deleted");
  EXPECT_EQ(page[0]->status, ServerStatus::gone);
  EXPECT_EQ(model.list(0, {}).servers.size(), 1u);
}

TEST_F(CloudModelTest, NotesNamesThatTwoServersHaveAtOnce) {
  CloudModel model(settings(), 1, guests, kStart);
  const std::string first = create(model, 0, "a")->id;
  model.vanish(first, at(1));
  create(model, 2, "a");
  EXPECT_TRUE(model.counters().doubled_names.empty()) << "one after the other is no doubling";
  create(model, 3, "a");
  create(model, 4, "a");
  EXPECT_EQ(model.counters().doubled_names, std::vector<std::string>{"a"});
  ServerQuery query;
  query.name = NamePattern::parse("^a$");
  EXPECT_EQ(model.list(0, query).servers.size(), 3u);
}

TEST_F(CloudModelTest, RemembersTheMostProcessorsThatWereInUse) {
  CloudModel model(settings(), 1, guests, kStart);
  for (int i = 0; i < 3; ++i) create(model, i);
  for (const CloudServer* server : model.all()) model.remove(0, server->id, at(10));
  model.advance(at(20));
  EXPECT_EQ(model.counters().processors_in_use, 0);
  EXPECT_EQ(model.counters().most_processors_in_use, 3);
}

TEST_F(CloudModelTest, RepeatsItselfFromASeed) {
  const auto story = [&](std::uint64_t seed) {
    CloudSettings random = default_scenario().cloud;
    random.faults.failed_build_rate = 0.3;
    CloudModel model(random, seed, guests, kStart);
    for (int i = 0; i < 50; ++i) create(model, i * 0.01);
    model.advance(at(1.4));
    std::string text;
    for (const CloudServer* server : model.list(0, {}).servers)
      text += server->id + std::to_string(static_cast<int>(server->status));
    return text;
  };
  EXPECT_EQ(story(1), story(1));
  EXPECT_NE(story(1), story(2));
}

TEST_F(CloudModelTest, HoldsAHundredThousandServers) {
  CloudModel model(settings(), 1, guests, kStart);
  for (int i = 0; i < 100'000; ++i) create(model, i * 0.01);
  model.advance(at(2000));
  EXPECT_EQ(guests.here.size(), 100'000u);
  ServerQuery query;
  std::size_t count = 0;
  for (;;) {
    const auto page = model.list(0, query).servers;
    count += page.size();
    if (page.size() < query.limit) break;
    query.marker = page.back()->id;
  }
  EXPECT_EQ(count, 100'000u);
}

}  // namespace
}  // namespace vacuum::sim
