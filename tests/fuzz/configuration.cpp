// vcycle.conf: a good space with a secret, and behind it whatever an admin or a tool has written.
#include "config/configuration.hpp"

#include <string>

#include "config/testing/file_map.hpp"
#include "fuzz.hpp"

namespace vacuum::fuzz {
namespace {

constexpr std::string_view kSecret = "g3he1m-Passwort";
constexpr std::string_view kSecretBase64 = "ZzNoZTFtLVBhc3N3b3J0";
constexpr std::string_view kGood =
    "[space a.example.com]\napi = openstack\nurl = http://keystone:5000/v3\nproject_name = p\nusername = u\n"
    "password_base64 = ZzNoZTFtLVBhc3N3b3J0\nflavor_names = m1\nprocessors_limit = 10\n"
    "[machinetype a.example.com m]\ntarget_share = 1\nbackoff_seconds = 10\nfizzle_seconds = 10\n"
    "root_image = image:i\nuser_data = /t\n";

bool holds_secret(std::string_view text) {
  return text.find(kSecret) != std::string_view::npos || text.find(kSecretBase64) != std::string_view::npos;
}

void look_at(const SpaceConfiguration& space) {
  require(!space.settings.name.empty(), "each space has its name");
  require(space.usable == !has_error(space.diagnostics), "a space is usable where it has no error");
  if (!space.usable) return;
  for (const auto& machinetype : space.settings.machinetypes)
    require(machinetype.target_share >= 0, "no share is negative");
}

}  // namespace

void try_input(std::string_view data) {
  if (holds_secret(data)) return;
  FileMap disk;
  disk.files["/etc/vcycle.conf"] = kGood;
  disk.files["/etc/vcycle.d/a.conf"] = data;
  disk.files["/t"] = "#!/bin/sh\n";
  const Configuration configuration = load_configuration(disk.sources());
  require(configuration.parsed || configuration.spaces.empty(), "what cannot be parsed gives no space");
  for (const Diagnostic& diagnostic : configuration.all_diagnostics()) {
    const std::string line = to_string(diagnostic);
    require(is_one_line(line), "a finding is one line");
    require(!holds_secret(line), "no finding holds a secret");
  }
  for (const SpaceConfiguration& space : configuration.spaces) look_at(space);
}

}  // namespace vacuum::fuzz
