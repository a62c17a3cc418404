#pragma once

#include <string>
#include <vector>

#include "adapters/openstack/api.hpp"

namespace vacuum::openstack {

/// Images that Vacuum keeps in Glance. Spec 6: their name is the URL or path, and a tag "last_modified: TIME"
/// tells the version. The properties vacuum_space and vacuum_manager are ours: who has none of them is never
/// deleted.
class ImageStore {
 public:
  explicit ImageStore(Api& api) : api_(api) {}

  Async<CloudResult<std::vector<CloudImage>>> all(Deadline deadline);
  /// In three steps: the image is made, it is seen to be the first of its version, its bytes are sent. Of
  /// managers that make one at the same time, the one whose image Glance made first goes on.
  Async<CloudResult<ImageId>> upload(ImageUpload upload);
  Async<CloudResult<Done>> remove(ImageId id, Deadline deadline);

 private:
  Async<CloudResult<ImageId>> make(const ImageUpload& upload, Deadline deadline);
  Async<CloudResult<Done>> yield_to_earlier(const ImageUpload& upload, ImageId ours, Deadline deadline);
  Async<CloudResult<Done>> send(const ImageUpload& upload, ImageId id);
  Async<CloudResult<Done>> verify(const ImageUpload& upload, ImageId id, Deadline deadline);
  Async<CloudResult<std::vector<CloudImage>>> list(std::string query, Deadline deadline);

  Api& api_;
};

/// The body of the request that makes an image.
[[nodiscard]] std::string image_body(const ImageUpload& upload);

}  // namespace vacuum::openstack
