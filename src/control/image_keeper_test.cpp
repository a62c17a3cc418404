#include "control/image_keeper.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/testing/fake_ports.hpp"
#include "ports/testing/fake_cloud.hpp"
#include "ports/testing/run.hpp"

namespace vacuum {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const SpaceName kSpace{"space"};
constexpr char kUrl[] = "https://images.example/a.img";
constexpr MachinetypeIndex kFirst{0};

class ImageKeeperTest : public ::testing::Test, protected FakePorts {
 protected:
  ImageKeeperTest() {
    settings.name = kSpace;
    settings.machinetypes.resize(1);
    settings.machinetypes[0].name = MachinetypeName{"prod"};
    settings.machinetypes[0].root_image = {ImageSource::Kind::url, kUrl};
    image_cache.servers[kUrl] = {};
    clock.set_time_of_day(from_unix(1'800'000'000));
    cloud.now = clock.now();
    assign();
  }

  void assign() {
    keeper->assign(settings, std::shared_ptr<Cloud>(&cloud, [](Cloud*) {}));
  }
  void refresh() {
    cloud.now = clock.now();
    run(loop, keeper->refresh());
  }
  /// Looks again after the longest pause.
  void refresh_later() {
    clock.advance(Seconds{1000});
    refresh();
  }
  std::string hold() const {
    Holds holds(settings.machinetypes.size());
    keeper->add_holds(holds);
    const auto all = holds.take();
    return all[0] ? all[0]->why : std::string();
  }
  std::string fault() {
    const auto all = faults.of(kSpace);
    return all.empty() ? std::string() : all[0].sentence;
  }
  CloudImage& add_cloud_image(const std::string& id, std::int64_t modified, const std::string& manager) {
    cloud.private_images.push_back({.id = ImageId{id},
                                    .name = kUrl,
                                    .state = CloudImage::State::active,
                                    .modified = from_unix(modified),
                                    .space = kSpace,
                                    .manager = ManagerName{manager},
                                    .created = clock.now()});
    return cloud.private_images.back();
  }

  boost::asio::io_context loop;
  FakeCloud cloud;
  SpaceSettings settings;
  std::shared_ptr<ImageKeeper> keeper =
      std::make_shared<ImageKeeper>(ports(), ManagerIdentity{ManagerName{"me"}, "Vacuum 1"});
};

TEST_F(ImageKeeperTest, AMachinetypeIsHeldUntilItsImageIsInTheCloud) {
  EXPECT_THAT(hold(), HasSubstr("not yet looked at"));
  EXPECT_THAT(keeper->ready(), IsEmpty());
  refresh();
  EXPECT_EQ(hold(), "");
  EXPECT_EQ(keeper->ready().at(kFirst), ImageId{"image-1"});
  ASSERT_EQ(cloud.uploads.size(), 1u);
  EXPECT_EQ(cloud.uploads[0].name, kUrl);
  EXPECT_EQ(cloud.uploads[0].modified, from_unix(1'700'000'000));
  EXPECT_EQ(cloud.uploads[0].format, ImageFormat::raw);
  EXPECT_EQ(cloud.uploads[0].space, kSpace);
  EXPECT_EQ(cloud.uploads[0].manager, ManagerName{"me"});
}

TEST_F(ImageKeeperTest, AnImageOfTheCloudsOwnIsNobodysBusiness) {
  settings.machinetypes[0].root_image = {ImageSource::Kind::in_cloud, "os"};
  assign();
  refresh();
  EXPECT_EQ(hold(), "");
  EXPECT_THAT(cloud.calls, IsEmpty());
}

TEST_F(ImageKeeperTest, AVersionThatTheCloudHasIsNotUploadedAgain) {
  add_cloud_image("by-vcycle", 1'700'000'000, "").space = SpaceName{};
  refresh();
  EXPECT_EQ(keeper->ready().at(kFirst), ImageId{"by-vcycle"});
  EXPECT_THAT(cloud.uploads, IsEmpty());
}

TEST_F(ImageKeeperTest, OfSeveralImagesOfAVersionAllManagersChooseTheSame) {
  add_cloud_image("b", 1'700'000'000, "other").created = from_unix(1'799'000'000);
  add_cloud_image("a", 1'700'000'000, "me").created = from_unix(1'799'000'001);
  refresh();
  EXPECT_EQ(keeper->ready().at(kFirst), ImageId{"b"});
}

TEST_F(ImageKeeperTest, WhatAnotherManagerUploadsIsWaitedFor) {
  add_cloud_image("theirs", 1'700'000'000, "other").state = CloudImage::State::arriving;
  refresh();
  EXPECT_THAT(hold(), HasSubstr("is being uploaded by other"));
  EXPECT_EQ(fault(), "");
  EXPECT_THAT(cloud.uploads, IsEmpty());
  cloud.private_images[0].state = CloudImage::State::active;
  refresh();
  EXPECT_EQ(keeper->ready().at(kFirst), ImageId{"theirs"});
}

TEST_F(ImageKeeperTest, AnUploadThatABrokenManagerLeftIsMadeAnewAndCleanedUp) {
  add_cloud_image("left", 1'700'000'000, "me").state = CloudImage::State::arriving;
  refresh();
  EXPECT_EQ(cloud.uploads.size(), 1u);
  EXPECT_EQ(cloud.removed_images, std::vector{ImageId{"left"}});
}

/// A place among managers that a test chooses.
struct Among final : Standings {
  std::vector<IncarnationId> live;
  [[nodiscard]] std::shared_ptr<const Standing> standing() const override {
    if (live.empty()) return nullptr;
    return std::make_shared<const Standing>(Standing{live.front(), Roster(live, {}), nullptr});
  }
  [[nodiscard]] std::string why_none() const override { return "its lease has ended"; }
  void note_machines(const SpaceName&, int) override {}
  void note_owner(const IncarnationId&) override {}
};

TEST_F(ImageKeeperTest, AnUploadOfADeadManagerIsMadeAnewAndThatOfALiveOneIsWaitedFor) {
  Among place;
  place.live = {IncarnationId{"me~0"}, IncarnationId{"other~0"}};
  keeper =
      std::make_shared<ImageKeeper>(ports_of(place, store), ManagerIdentity{ManagerName{"me"}, "Vacuum 1"});
  assign();
  add_cloud_image("theirs", 1'700'000'000, "other").state = CloudImage::State::arriving;
  refresh_later();
  EXPECT_THAT(hold(), HasSubstr("is being uploaded by other"));
  EXPECT_THAT(cloud.removed_images, IsEmpty());
  place.live = {IncarnationId{"me~0"}};
  refresh_later();
  EXPECT_EQ(cloud.removed_images, std::vector{ImageId{"theirs"}});
  EXPECT_EQ(cloud.uploads.size(), 1u);
  EXPECT_EQ(hold(), "");
}

TEST_F(ImageKeeperTest, OfManyManagersOneUploadsAndTheOthersDoWhereItDoesNot) {
  Among place;
  int uploaders = 0;
  for (int i = 0; i < 20; ++i) {
    const std::size_t before = cloud.uploads.size();
    cloud.private_images.clear();
    place.live = {IncarnationId{"me~" + std::to_string(i)}, IncarnationId{"other~" + std::to_string(i)}};
    keeper =
        std::make_shared<ImageKeeper>(ports_of(place, store), ManagerIdentity{ManagerName{"me"}, "Vacuum 1"});
    assign();
    refresh();
    if (cloud.uploads.size() > before) {
      ++uploaders;
      continue;
    }
    EXPECT_THAT(hold(), HasSubstr("is left to other"));
    EXPECT_EQ(fault(), "") << "that is no fault";
    clock.advance(kLeftToOthers - Milliseconds{1});
    refresh();
    EXPECT_EQ(cloud.uploads.size(), before);
    clock.advance(Milliseconds{1});
    refresh();
    EXPECT_EQ(cloud.uploads.size(), before + 1) << "nobody did it";
    EXPECT_EQ(hold(), "");
  }
  EXPECT_GT(uploaders, 2);
  EXPECT_LT(uploaders, 18);
}

TEST_F(ImageKeeperTest, WhoIsNoMemberUploadsNothing) {
  Among place;
  keeper =
      std::make_shared<ImageKeeper>(ports_of(place, store), ManagerIdentity{ManagerName{"me"}, "Vacuum 1"});
  assign();
  add_cloud_image("left", 1'700'000'000, "me").state = CloudImage::State::arriving;
  refresh();
  EXPECT_THAT(hold(), HasSubstr("its lease has ended"));
  EXPECT_THAT(cloud.uploads, IsEmpty());
}

TEST_F(ImageKeeperTest, ANewerVersionTakesOverAndTheOldOneGoesWhenNoMachineUsesIt) {
  refresh();
  image_cache.servers[kUrl].modified = from_unix(1'700'000'500);
  refresh();
  EXPECT_EQ(keeper->ready().at(kFirst), ImageId{"image-2"});
  keeper->note_use(std::set{ImageId{"image-1"}});
  refresh_later();
  EXPECT_THAT(cloud.removed_images, IsEmpty()) << "a machine uses it";
  keeper->note_use(std::nullopt);
  refresh_later();
  EXPECT_THAT(cloud.removed_images, IsEmpty()) << "what is in use is not known";
  keeper->note_use(std::set<ImageId>());
  refresh();
  EXPECT_EQ(cloud.removed_images, std::vector{ImageId{"image-1"}});
}

TEST_F(ImageKeeperTest, AnOldVersionStaysAsLongAsACreationMayStillComeUpWithIt) {
  refresh();
  keeper->note_use(std::set<ImageId>());
  image_cache.servers[kUrl].modified = from_unix(1'700'000'500);
  refresh();
  clock.advance(settings.create_window - Seconds{1});
  refresh();
  EXPECT_THAT(cloud.removed_images, IsEmpty());
  clock.advance(Seconds{1});
  refresh();
  EXPECT_EQ(cloud.removed_images, std::vector{ImageId{"image-1"}});
}

TEST_F(ImageKeeperTest, OnlyImagesOfThisSpaceAreDeleted) {
  refresh();
  keeper->note_use(std::set<ImageId>());
  add_cloud_image("by-vcycle", 1'600'000'000, "").space = SpaceName{};
  add_cloud_image("elsewhere", 1'600'000'000, "me").space = SpaceName{"other"};
  refresh_later();
  refresh_later();
  EXPECT_THAT(cloud.removed_images, IsEmpty());
}

TEST_F(ImageKeeperTest, AnImageThatIsConfiguredNoMoreGoesAfterADay) {
  refresh();
  settings.machinetypes[0].root_image.location = "https://images.example/b.img";
  image_cache.servers["https://images.example/b.img"] = {};
  assign();
  keeper->note_use(std::set<ImageId>());
  refresh();
  refresh_later();
  EXPECT_THAT(cloud.removed_images, IsEmpty());
  clock.advance(Seconds{24 * 3600});
  refresh();
  EXPECT_EQ(cloud.removed_images, std::vector{ImageId{"image-1"}});
}

TEST_F(ImageKeeperTest, AServerThatIsDownStopsNothingWhereThereIsAVersion) {
  refresh();
  image_cache.fail_fetch = ImageError{ImageDecision::retry, "https://images.example/a.img: no connection"};
  refresh();
  EXPECT_EQ(hold(), "");
  EXPECT_THAT(fault(), HasSubstr("no connection"));
  EXPECT_THAT(fault(), HasSubstr("is used"));
  image_cache.fail_fetch.reset();
  refresh_later();
  EXPECT_EQ(fault(), "");
}

TEST_F(ImageKeeperTest, AfterARestartTheCacheServesWhileTheServerIsDown) {
  image_cache.kept[kUrl] = {};
  image_cache.fail_fetch = ImageError{ImageDecision::retry, "no connection"};
  refresh();
  EXPECT_EQ(hold(), "");
  EXPECT_EQ(cloud.uploads.size(), 1u);
}

TEST_F(ImageKeeperTest, AFullCacheIsSaidAndTriedAgainEverLater) {
  image_cache.fail_fetch = ImageError{ImageDecision::no_room, "needs 500 MB: raise imagecache_mb"};
  for (int i = 0; i < 20; ++i) {
    refresh();
    clock.advance(Seconds{10});
  }
  EXPECT_THAT(hold(), HasSubstr("imagecache_mb"));
  EXPECT_THAT(fault(), HasSubstr("imagecache_mb"));
  EXPECT_LT(image_cache.fetches, 6);
}

TEST_F(ImageKeeperTest, ProgressIsShown) {
  image_cache.under_way[kUrl] = {140 << 20, 412 << 20};
  EXPECT_EQ(hold(), "the image https://images.example/a.img is being fetched: 33 % of 412 MB");
  refresh();
  EXPECT_EQ(fault(), "");
}

// Spec 9: with either option's name set, an image that does not verify is not used.
TEST_F(ImageKeeperTest, AnImageWhoseSignatureDoesNotVerifyIsNotUsed) {
  settings.machinetypes[0].image_signing_dn = "/CN=cvm";
  assign();
  image_verifier.fault = "it carries no signature";
  refresh();
  EXPECT_THAT(hold(), HasSubstr("is not used"));
  EXPECT_THAT(hold(), HasSubstr("it carries no signature"));
  EXPECT_THAT(keeper->ready(), IsEmpty());
  EXPECT_THAT(cloud.uploads, IsEmpty());
  EXPECT_EQ(image_verifier.asked, std::vector<std::string>{"/CN=cvm"});
}

TEST_F(ImageKeeperTest, ANewVersionThatDoesNotVerifyEndsTheUseOfTheOldOne) {
  settings.machinetypes[0].image_signing_dn = "/CN=cvm";
  assign();
  refresh();
  EXPECT_EQ(hold(), "");
  image_cache.servers[kUrl].modified = from_unix(1'700'000'500);
  image_verifier.fault = "signed by somebody else";
  refresh();
  EXPECT_THAT(hold(), HasSubstr("signed by somebody else"));
}

TEST_F(ImageKeeperTest, AVersionIsVerifiedOnce) {
  settings.machinetypes[0].image_signing_dn = "/CN=cvm";
  assign();
  refresh();
  refresh();
  EXPECT_EQ(image_verifier.asked.size(), 1u);
  image_cache.servers[kUrl].modified = from_unix(1'700'000'500);
  refresh();
  EXPECT_EQ(image_verifier.asked.size(), 2u);
}

TEST_F(ImageKeeperTest, AnErrorPageIsNoImage) {
  image_cache.servers[kUrl].content = "<html>Not found</html>";
  refresh();
  EXPECT_THAT(hold(), HasSubstr("web page"));
  EXPECT_THAT(cloud.uploads, IsEmpty());
}

TEST_F(ImageKeeperTest, AFileOfThisHostIsUploadedUnderItsPath) {
  settings.machinetypes[0].root_image = {ImageSource::Kind::file, "/images/disk"};
  image_cache.files["/images/disk"] = {};
  assign();
  refresh();
  EXPECT_EQ(cloud.uploads.at(0).name, "/images/disk");
  EXPECT_EQ(hold(), "");
  image_cache.files["/images/disk"].modified = from_unix(1'700'000'500);
  refresh();
  EXPECT_EQ(cloud.uploads.size(), 2u);
}

TEST_F(ImageKeeperTest, AnUploadThatFailsIsTriedAgain) {
  cloud.fail_upload = CloudError{CloudDecision::retry, "Glance: PUT: 503"};
  refresh();
  EXPECT_THAT(hold(), HasSubstr("Glance: PUT: 503"));
  cloud.fail_upload.reset();
  refresh_later();
  EXPECT_EQ(hold(), "");
}

}  // namespace
}  // namespace vacuum
