// clouds.yaml, which other tools write too.
#include "config/clouds_yaml.hpp"

#include <string>

#include "config/testing/file_map.hpp"
#include "fuzz.hpp"

namespace vacuum::fuzz {

void try_input(std::string_view data) {
  FileMap disk;
  disk.files["/etc/openstack/clouds.yaml"] = data;
  disk.files["/etc/openstack/secure.yaml"] = data;
  const auto cloud = find_cloud(disk.sources(), "site");
  if (cloud) {
    require(!cloud->location.file.empty(), "a cloud stands somewhere");
    return;
  }
  require(is_one_line(cloud.error().message), "a complaint is one line");
  require(!cloud.error().message.empty(), "a complaint says something");
}

}  // namespace vacuum::fuzz
