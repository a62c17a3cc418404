#include "adapters/openstack/image_store.hpp"
#include "adapters/openstack/testing/stage.hpp"

namespace vacuum::openstack {
namespace {

using testing::HasSubstr;

const std::string kList = kGlance + "/v2/images?visibility=private";
const std::string kImages = kGlance + "/v2/images";
constexpr char kName[] = "https://images.example/a.img";

std::string image_json(std::string_view id, std::string_view status, std::string_view created,
                       std::string_view more = "") {
  return R"({"id": ")" + std::string(id) + R"(", "name": ")" + kName + R"(", "status": ")" +
         std::string(status) + R"(", "created_at": ")" + std::string(created) +
         R"(", "tags": ["architecture: x86_64", "last_modified: 7"])" + std::string(more) + "}";
}

class ImageStoreTest : public Stage {
 protected:
  ImageStoreTest() {
    http_.answer("POST", kImages, 201, image_json("new", "queued", "2026-11-22T10:35:25Z"));
    list_of_name(image_json("new", "queued", "2026-11-22T10:35:25Z"));
    http_.answer("PUT", kImages + "/new/file", 204, "");
    http_.answer("GET", kImages + "/new", 200,
                 image_json("new", "active", "2026-11-22T10:35:25Z", R"(, "size": 5)"));
    http_.answer("DELETE", kImages + "/new", 204, "");
  }

  void list_of_name(const std::string& images) {
    const std::string url = kList + "&name=https%3A%2F%2Fimages.example%2Fa.img";
    http_.reset("GET", url);
    http_.answer("GET", url, 200, R"({"images": [)" + images + "]}");
  }
  CloudResult<ImageId> upload() {
    return await(cloud().upload_image({.name = kName,
                                       .file = "/images/a.img",
                                       .bytes = 5,
                                       .format = ImageFormat::qcow2,
                                       .modified = from_unix(7),
                                       .space = SpaceName{"space"},
                                       .manager = ManagerName{"me"}}));
  }
};

TEST_F(ImageStoreTest, AnImageIsMadePrivateWithItsVersionAndItsMakerAndThenSentFromItsFile) {
  auto id = upload();
  ASSERT_TRUE(id.ok()) << id.error().message;
  EXPECT_EQ(*id, ImageId{"new"});
  const auto body = boost::json::parse(sent("POST", kImages)).as_object();
  EXPECT_EQ(body.at("name").as_string(), kName);
  EXPECT_EQ(body.at("visibility").as_string(), "private");
  EXPECT_EQ(body.at("disk_format").as_string(), "qcow2");
  EXPECT_EQ(body.at("container_format").as_string(), "bare");
  EXPECT_EQ(body.at("tags"), (boost::json::array{"last_modified: 7", "architecture: x86_64"}));
  EXPECT_EQ(body.at("vacuum_space").as_string(), "space");
  EXPECT_EQ(body.at("vacuum_manager").as_string(), "me");
  const auto put = std::ranges::find(http_.seen(), "PUT", &HttpRequest::method);
  ASSERT_NE(put, http_.seen().end());
  EXPECT_EQ(put->body_file, "/images/a.img");
  EXPECT_TRUE(put->body.empty());
  EXPECT_EQ(header_value(put->headers, "Content-Type"), "application/octet-stream");
  EXPECT_GT(put->timeout, Milliseconds{3'600'000}) << "an upload takes as long as it takes";
}

TEST_F(ImageStoreTest, OfTwoManagersTheOneWhoseImageWasMadeFirstGoesOn) {
  list_of_name(image_json("theirs", "queued", "2026-11-22T10:35:24Z") + "," +
               image_json("new", "queued", "2026-11-22T10:35:25Z"));
  auto id = upload();
  ASSERT_FALSE(id.ok());
  EXPECT_EQ(id.error().decision, CloudDecision::retry);
  EXPECT_THAT(id.error().message, HasSubstr("another manager"));
  EXPECT_EQ(http_.count("PUT", kImages), 0);
  EXPECT_EQ(http_.count("DELETE", kImages + "/new"), 1);
}

TEST_F(ImageStoreTest, ImagesOfOneSecondAreOrderedByTheirIds) {
  list_of_name(image_json("new", "queued", "2026-11-22T10:35:25Z") + "," +
               image_json("zz", "queued", "2026-11-22T10:35:25Z"));
  EXPECT_TRUE(upload().ok());
  list_of_name(image_json("aa", "active", "2026-11-22T10:35:25Z") + "," +
               image_json("new", "queued", "2026-11-22T10:35:25Z"));
  EXPECT_FALSE(upload().ok());
}

TEST_F(ImageStoreTest, AnUploadThatFailsLeavesNothingBehind) {
  http_.reset("PUT", kImages + "/new/file");
  http_.fail("PUT", kImages + "/new/file", HttpFailureKind::answer_lost);
  EXPECT_FALSE(upload().ok());
  EXPECT_EQ(http_.count("PUT", kImages), 1);
  EXPECT_EQ(http_.count("DELETE", kImages + "/new"), 1);
}

TEST_F(ImageStoreTest, AnImageThatArrivedCutShortIsNotTaken) {
  http_.reset("GET", kImages + "/new");
  http_.answer("GET", kImages + "/new", 200,
               image_json("new", "active", "2026-11-22T10:35:25Z", R"(, "size": 4)"));
  auto id = upload();
  ASSERT_FALSE(id.ok());
  EXPECT_THAT(id.error().message, HasSubstr("4 of 5 bytes"));
  EXPECT_EQ(http_.count("DELETE", kImages + "/new"), 1);
}

// Spec 9: only the first page of Glance's images (25) was looked at.
TEST_F(ImageStoreTest, AllPagesOfImagesAreRead) {
  http_.answer("GET", kList + "&limit=500", 200,
               R"({"images": [)" + image_json("a", "active", "2026-11-22T10:35:25Z") +
                   R"(], "next": "/v2/images?visibility=private&limit=500&marker=a"})");
  http_.answer("GET", kList + "&limit=500&marker=a", 200,
               R"({"images": [)" +
                   image_json("b", "saving", "2026-11-22T10:35:26Z",
                              R"(, "vacuum_space": "space", "vacuum_manager": "other")") +
                   "]}");
  auto images = await(cloud().images());
  ASSERT_TRUE(images.ok()) << images.error().message;
  ASSERT_EQ(images->size(), 2u);
  EXPECT_EQ(images->at(0).state, CloudImage::State::active);
  EXPECT_EQ(images->at(0).modified, from_unix(7));
  EXPECT_TRUE(images->at(0).space.empty());
  EXPECT_EQ(images->at(1).state, CloudImage::State::arriving);
  EXPECT_EQ(images->at(1).manager, ManagerName{"other"});
}

TEST_F(ImageStoreTest, AnImageThatTheCloudStillNeedsIsTriedAgain) {
  http_.reset("DELETE", kImages + "/new");
  http_.answer("DELETE", kImages + "/new", 409, R"({"message": "in use", "code": "409 Conflict"})");
  auto removed = await(cloud().remove_image(ImageId{"new"}));
  ASSERT_FALSE(removed.ok());
  EXPECT_EQ(removed.error().decision, CloudDecision::retry);
  auto gone = await(cloud().remove_image(ImageId{"gone"}));
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().decision, CloudDecision::not_found);
}

TEST_F(ImageStoreTest, ACreationUsesTheImageIdThatItIsGiven) {
  ServerRequest request = server_request();
  request.image = kName;
  request.image_id = ImageId{"image-7"};
  script_create(202, R"({"server": {"id": "server-1"}})");
  ASSERT_TRUE(await(cloud().create(request)).ok());
  EXPECT_THAT(sent("POST", kNova + "/servers"), HasSubstr(R"("imageRef":"image-7")"));
  EXPECT_EQ(http_.count("GET", kGlance), 0);
}

}  // namespace
}  // namespace vacuum::openstack
