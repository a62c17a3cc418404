#include <memory>
#include <utility>

#include <gtest/gtest.h>

#include "control/fenced_cloud.hpp"
#include "control/fenced_store.hpp"
#include "ports/testing/fake_cloud.hpp"
#include "ports/testing/memory_machine_store.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

const SpaceName kSpace{"space"};
const MachineName kName{"vcycle-prod-0123456789"};

class Gate final : public Fence {
 public:
  bool open = true;
  [[nodiscard]] bool is_open() const override { return open; }
};

class FencedTest : public testing::Test {
 protected:
  FencedTest() {
    MachineRecord record;
    record.name = kName;
    store_.spaces[kSpace].current[kName].record = record;
    gate_.open = false;
  }

  template <class Answer>
  void refused(Async<Answer> call) {
    const auto answer = run(loop_, std::move(call));
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().message, kFenceClosed);
  }

  boost::asio::io_context loop_;
  Gate gate_;
  MemoryMachineStore store_;
  FencedStore fenced_{store_, gate_};
  std::shared_ptr<FakeCloud> cloud_ = std::make_shared<FakeCloud>();
  FencedCloud fenced_cloud_{cloud_, gate_};
};

TEST_F(FencedTest, NoRecordIsChangedBehindAClosedFence) {
  MachineRecord other;
  other.name = MachineName{"vcycle-prod-9876543210"};
  refused(fenced_.add(kSpace, other, {}));
  refused(fenced_.update(kSpace, store_.spaces[kSpace].current[kName].record, {}));
  refused(fenced_.archive(kSpace, kName));
  refused(fenced_.discard(kSpace, kName));
  refused(fenced_.expire(kSpace, TimePoint{}));
  refused(fenced_.leave_shutdown_message(kSpace, kName, "700 x"));
  refused(fenced_.set_last_abort(kSpace, MachinetypeName{"prod"}, {}));
  refused(fenced_.set_build_failures(kSpace, {}));
  refused(fenced_.set_ramp(kSpace, {}));
  EXPECT_TRUE(store_.calls.empty());
}

TEST_F(FencedTest, LookingAndTellingTheOwnStatusAreAlwaysAllowed) {
  EXPECT_EQ(run(loop_, fenced_.load(kSpace, Freshness::remembered))->size(), 1U);
  EXPECT_TRUE(run(loop_, fenced_.publish_status(kSpace, "{}")).ok());
  EXPECT_TRUE(run(loop_, fenced_cloud_.list({}, [](const ServerPage&) {})).ok());
}

TEST_F(FencedTest, NothingOfACloudIsChangedBehindAClosedFence) {
  const ServerRequest request{.name = kName};
  const ServerId id{"id"};
  refused(fenced_cloud_.create(request));
  refused(fenced_cloud_.remove(id));
  refused(fenced_cloud_.upload_image({}));
  refused(fenced_cloud_.remove_image(ImageId{"image"}));
  EXPECT_TRUE(cloud_->calls.empty());
}

TEST_F(FencedTest, AnOpenFenceLetsAllThrough) {
  gate_.open = true;
  EXPECT_TRUE(run(loop_, fenced_.archive(kSpace, kName)).ok());
  const ServerRequest request{.name = kName, .flavor = cloud_->offered[0]};
  EXPECT_TRUE(run(loop_, fenced_cloud_.create(request)).ok());
}

}  // namespace
}  // namespace vacuum
