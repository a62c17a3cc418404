#pragma once

#include <string>
#include <string_view>

#include "sim/cloud_model.hpp"
#include "sim/openstack_api/api_request.hpp"

namespace vacuum::sim {

/// An image as Glance shows it to a project.
[[nodiscard]] std::string image_text(const CloudImage& image, std::string_view project);
[[nodiscard]] bool is_seen_by(const CloudImage& image, std::string_view project);

/// POST /v2/images: an image without its bytes.
[[nodiscard]] ServedResponse make_image(const ApiRequest& request, CloudModel& model,
                                        const std::string& project);
/// PUT /v2/images/ID/file: its bytes, which are counted and dropped.
[[nodiscard]] ServedResponse take_image_file(const ApiRequest& request, CloudImage* image);
/// 204, as Glance says it.
[[nodiscard]] ServedResponse no_content();

}  // namespace vacuum::sim
