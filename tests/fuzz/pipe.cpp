// A vacuum pipe: whatever an experiment's server sends, in a site that gives nothing but the pipe's URL.
#include <string>

#include "config/configuration.hpp"
#include "config/pipe_document.hpp"
#include "config/testing/file_map.hpp"
#include "fuzz.hpp"

namespace vacuum::fuzz {
namespace {

constexpr const char* kUrl = "https://vo.example.org/p";
constexpr std::string_view kSite =
    "[space s]\napi = openstack\nurl = https://k/v3\ncred_id = i\ncred_secret = s\nflavor_names = small\n"
    "[machinetype s own]\nbackoff_seconds = 1\nfizzle_seconds = 1\nroot_image = image:i\nuser_data = /t\n"
    "[vacuum_pipe s vo]\nvacuum_pipe_url = https://vo.example.org/p\ntarget_share = 7\n";
const std::string kDirectory = "/var/lib/vcycle/spaces/s/machinetypes/vo/";

/// A file in the directory that the site made for the pipe, and nowhere else.
bool is_inside(const std::string& path) {
  return path.starts_with(kDirectory + "files/") &&
         path.find('/', kDirectory.size() + 6) == std::string::npos;
}

void look_at(const MachinetypeSettings& type) {
  require(type.name.text().starts_with("vo-"), "a pipe makes machinetypes of its prefix alone");
  require(type.target_share >= 0 && type.target_share <= 7.0000001, "no share is beyond what the site gave");
  const ImageSource& image = type.root_image;
  require(image.kind == ImageSource::Kind::url ||
              (image.kind == ImageSource::Kind::file && is_inside(image.location)),
          "an image is a URL or a file of the pipe's directory");
  require(type.user_data.kind == TemplateSource::Kind::url || is_inside(type.user_data.location),
          "a template is a URL or a file of the pipe's directory");
  for (const auto& [name, path] : type.user_data_files)
    require(is_inside(path), "files are those of the pipe's directory");
  for (const auto& [name, value] : type.user_data_options) require(is_one_line(value), "values are one line");
  require(is_one_line(type.accounting_fqan), "an FQAN is one line");
  require(!type.processors_limit && type.https_x509dn.empty(), "limits and DNs are the site's");
}

}  // namespace

void try_input(std::string_view data) {
  FileMap disk;
  disk.files["/etc/vcycle.conf"] = kSite;
  disk.files["/t"] = "#!/bin/sh\n";
  for (const auto* name : {"files/a", "files/key.pem", "x509cert.pem", "x509key.pem"})
    disk.files[kDirectory + name] = "x";
  disk.files["/var/lib/vcycle/pipescache/s/vo"] =
      write_pipe_copy({kUrl, from_unix(1), "", "", std::string(data)});
  const Configuration configuration = load_configuration(disk.sources());
  require(configuration.parsed && configuration.spaces.size() == 1, "no pipe spoils the configuration");
  const SpaceConfiguration& space = configuration.spaces.front();
  require(space.usable, "no pipe stops its space");
  require(space.pipes.size() == 1 && space.pipes.front().cache >= kPipeCacheMin &&
              space.pipes.front().cache <= kPipeCacheMax,
          "a copy's time has its bounds");
  int own = 0;
  for (const MachinetypeSettings& type : space.settings.machinetypes) {
    if (type.name.text() == "own") {
      ++own;
    } else {
      look_at(type);
    }
  }
  require(own == 1, "the site's own machinetype stays");
  for (const Diagnostic& diagnostic : configuration.all_diagnostics())
    require(is_one_line(to_string(diagnostic)), "a finding is one line");
}

}  // namespace vacuum::fuzz
