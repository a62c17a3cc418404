#include "programs/cloudbox/announcement.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace vacuum::cloudbox {

bool write_port_file(const std::string& path, std::uint16_t port) {
  if (path.empty()) return true;
  const std::string temporary = path + ".new";
  std::ofstream out(temporary);
  out << port << '\n';
  out.close();
  std::error_code error;
  if (out) std::filesystem::rename(temporary, path, error);
  return out && !error;
}

void tell_settings(const Options& options, const sim::Scenario& scenario, std::uint16_t port,
                   std::uint64_t seed) {
  const sim::UserSettings& user = scenario.identity.users.front();
  const std::string host =
      options.address.find(':') == std::string::npos ? options.address : "[" + options.address + "]";
  fmt::print(
      stderr,
      "cloudbox (simulated cloud) on http://{0}:{1}/, seed {2}; use it with\n"
      "export OS_AUTH_URL=http://{0}:{1}/identity/v3 OS_USERNAME={3} OS_PASSWORD={4} OS_PROJECT_NAME={5}\n"
      "export OS_USER_DOMAIN_NAME=Default OS_PROJECT_DOMAIN_NAME=Default OS_REGION_NAME={6} "
      "OS_IDENTITY_API_VERSION=3\n",
      host, port, seed, user.name, user.password.reveal(), user.project, scenario.cloud.region);
}

}  // namespace vacuum::cloudbox
