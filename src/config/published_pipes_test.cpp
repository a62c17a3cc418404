#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/testing/files.hpp"
#include "base/testing/source_directory.hpp"
#include "base/text.hpp"
#include "config/configuration.hpp"
#include "config/testing/file_map.hpp"
#include "config/web_url.hpp"

namespace vacuum {
namespace {

namespace fs = std::filesystem;

const fs::path kPipes = source_directory() / "../shared/realconf/pipes";
const fs::path kGolden = source_directory() / "tests/golden/published_pipes.txt";

std::string url_of(const std::string& name) {
  return "https://repo.example.org/" + name;
}

/// A site that has made all files that the published pipes ask for, and takes one pipe with this section.
Configuration take_pipe(const std::string& name, const std::string& section) {
  FileMap disk;
  disk.files["/etc/vcycle.conf"] =
      "[space s]\napi = openstack\nurl = https://k/v3\ncred_id = i\ncred_secret = s\nflavor_names = small "
      "big\n"
      "[vacuum_pipe s vo]\nvacuum_pipe_url = " +
      url_of(name) + "\ntarget_share = 10\n" + section;
  for (const auto* file : {"x509cert.pem", "x509key.pem", "files/hostcert.pem", "files/hostkey.pem"})
    disk.files[std::string("/var/lib/vcycle/spaces/s/machinetypes/vo/") + file] = "x";
  disk.files["/var/lib/vcycle/pipescache/s/vo"] =
      write_pipe_copy({url_of(name), from_unix(1'800'000'000), "", "", content_of(kPipes / name)});
  return load_configuration(disk.sources());
}

std::string host_and_end(const std::string& url) {
  const auto parsed = parse_web_url(url);
  if (!parsed) return url;
  return parsed->host + ", " + parsed->rest.substr(parsed->rest.rfind('/') + 1);
}

template <class Map>
std::string keys(const Map& map) {
  std::vector<std::string> names;
  for (const auto& [name, value] : map) names.push_back(name);
  return names.empty() ? "none" : join(names, " ");
}

/// What a site gets, in our words: enough to see each rule at work, without the pipe's own text.
std::string described(const MachinetypeSettings& type) {
  const std::string most = type.max_processors ? fmt::format("{}", *type.max_processors) : "any";
  const std::string heartbeat =
      type.heartbeat ? fmt::format("{} within {} s", type.heartbeat->file, type.heartbeat->max_age.count())
                     : "none";
  constexpr const char* kProxies[] = {"none", "RFC 3820", "legacy"};
  return fmt::format(
      "  {}: share {:.4g} of 10, {} to {} processors, backoff {} s, fizzle {} s, life {} s\n"
      "    FQAN {}; heartbeat {}; proxy {}\n"
      "    image {}; template {}; options {}; files {}\n",
      type.name, type.target_share, type.min_processors, most, type.backoff.count(), type.fizzle.count(),
      type.max_wallclock.count(), type.accounting_fqan.empty() ? "none" : type.accounting_fqan, heartbeat,
      kProxies[static_cast<std::size_t>(type.user_data_proxy)], host_and_end(type.root_image.location),
      host_and_end(type.user_data.location), keys(type.user_data_options), keys(type.user_data_files));
}

std::string described(const std::string& name) {
  const auto configuration = take_pipe(name, "");
  const auto& space = configuration.spaces.at(0);
  std::string text = fmt::format("{}: good for {} s, space {}\n", name, space.pipes.at(0).cache.count(),
                                 space.usable ? "usable" : "NOT usable");
  for (const auto& type : space.settings.machinetypes) text += described(type);
  for (const auto& diagnostic : configuration.all_diagnostics()) text += "  " + to_string(diagnostic) + "\n";
  return text;
}

std::vector<std::string> published() {
  std::vector<std::string> names;
  if (fs::exists(kPipes)) {
    for (const auto& file : fs::directory_iterator(kPipes)) names.push_back(file.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

TEST(PublishedPipesTest, EveryOneExpandsAsTheGoldenFileSays) {
  const auto names = published();
  if (names.empty()) GTEST_SKIP() << "the published pipes are not on this machine";
  std::string text;
  for (const auto& name : names) text += described(name) + "\n";
  if (std::getenv("VACUUM_UPDATE") != nullptr) write_file(kGolden, text);
  EXPECT_EQ(text, content_of(kGolden))
      << "if this is what it should be: VACUUM_UPDATE=1 writes the file anew";
}

TEST(PublishedPipesTest, SharesOfEachPipeAddUpToTheSitesShareOrToNothing) {
  const auto names = published();
  if (names.empty()) GTEST_SKIP() << "the published pipes are not on this machine";
  for (const auto& name : names) {
    double sum = 0;
    const auto configuration = take_pipe(name, "root_image = image:i\n");
    for (const auto& type : configuration.spaces.at(0).settings.machinetypes) sum += type.target_share;
    const bool has_none = name == "iris-vmcondor.pipe";
    EXPECT_NEAR(sum, has_none ? 0 : 10, 1e-9) << name;
  }
}

TEST(PublishedPipesTest, APipeWithoutAnImageTakesTheSites) {
  if (published().empty()) GTEST_SKIP() << "the published pipes are not on this machine";
  const auto configuration = take_pipe("iris-squid.pipe", "root_image = image:squid\n");
  EXPECT_EQ(shown(configuration), "");
  EXPECT_EQ(configuration.spaces.at(0).settings.machinetypes.at(0).root_image,
            (ImageSource{ImageSource::Kind::in_cloud, "squid"}));
}

/// A published pipe as it would be for containers alone, on hypervisors of Vac.
TEST(PublishedPipesTest, WithOnlyContainersNoneIsMadeAndEachIsToldInWords) {
  if (published().empty()) GTEST_SKIP() << "the published pipes are not on this machine";
  std::string text = content_of(kPipes / "all-vos.pipe");
  for (auto at = text.find("\"cernvm3\""); at != std::string::npos; at = text.find("\"cernvm3\"", at))
    text.replace(at, 9, "\"singularity\"");
  FileMap disk;
  disk.files["/etc/vcycle.conf"] =
      "[space s]\napi = openstack\nurl = https://k/v3\ncred_id = i\ncred_secret = s\nflavor_names = small\n"
      "[vacuum_pipe s vo]\nvacuum_pipe_url = https://a.example.org/p\ntarget_share = 1\n";
  disk.files["/var/lib/vcycle/pipescache/s/vo"] =
      write_pipe_copy({"https://a.example.org/p", from_unix(1'800'000'000), "", "", text});
  const auto configuration = load_configuration(disk.sources());
  const auto& space = configuration.spaces.at(0);
  EXPECT_TRUE(space.usable);
  EXPECT_TRUE(space.settings.machinetypes.empty());
  ASSERT_EQ(space.diagnostics.size(), 21u);
  for (const auto& diagnostic : space.diagnostics) {
    EXPECT_EQ(diagnostic.severity, Severity::warning);
    EXPECT_EQ(diagnostic.message,
              "\"singularity\" is no virtual machine for a cloud; the entry is passed over");
  }
}

}  // namespace
}  // namespace vacuum
