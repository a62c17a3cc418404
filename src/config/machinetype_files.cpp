#include "config/machinetype_files.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "config/web_url.hpp"

namespace vacuum {
namespace {

constexpr std::string_view kImagePrefix = "image:";
constexpr std::string_view kOptionPrefix = "user_data_option_";
constexpr std::string_view kFilePrefix = "user_data_file_";
constexpr std::string_view kDefaultPublicKey = "/root/.ssh/id_rsa.pub";

/// Reads the options of one machinetype that name files.
class FileOptions {
 public:
  FileOptions(OptionReader& reader, const FileAccess& files, std::string directory)
      : reader_(reader), files_(files), directory_(std::move(directory)) {}

  /// The path that is meant: absolute, or a name in files/.
  [[nodiscard]] std::string resolve(const std::string& text) const {
    return text.starts_with('/') ? text : directory_ + "/files/" + text;
  }

  /// The path of a file that must be there; told and empty where it is not.
  std::string required_file(std::string_view option, const std::string& text) {
    const std::string path = resolve(text);
    const FileText file = files_.look(path);
    if (file.outcome == FileText::Outcome::found) return path;
    reader_.fail(option, fmt::format("{} cannot be read: {}", path, file.problem), "put the file there");
    return {};
  }

  /// Certificate and key of the proxies lie one level above files/ (spec 2.2). They come and go with the
  /// certificate's renewal: without them this machinetype waits, and the space goes on.
  void read_proxy_files(MachinetypeSettings& settings) {
    settings.proxy_certificate_file = directory_ + "/x509cert.pem";
    settings.proxy_key_file = directory_ + "/x509key.pem";
    for (const std::string& path : {settings.proxy_certificate_file, settings.proxy_key_file}) {
      const FileText file = files_.look(path);
      if (file.outcome == FileText::Outcome::found) continue;
      reader_.warn(
          "user_data_proxy",
          fmt::format("{} cannot be read: {}; no machine of this type is created", path, file.problem),
          "put the file there, see 'vcycle proxy-init'");
    }
    if (files_.look(settings.proxy_key_file).readable_by_others) {
      reader_.warn("user_data_proxy", fmt::format("{} can be read by everybody", settings.proxy_key_file),
                   "chmod 600 it");
    }
  }

  /// The path of the public key; empty where there is none.
  std::string public_key() {
    if (!reader_.given("root_public_key")) {
      const bool there = files_.look(std::string(kDefaultPublicKey)).outcome == FileText::Outcome::found;
      return there ? std::string(kDefaultPublicKey) : std::string();
    }
    const std::string text = reader_.text("root_public_key");
    if (text.empty()) return {};
    const std::string path = resolve(text);
    const FileText file = files_.look(path);
    if (file.outcome == FileText::Outcome::found) return path;
    reader_.warn("root_public_key",
                 fmt::format("{} cannot be read: {}; machines get no key", path, file.problem),
                 "put the file there, or remove the option");
    return {};
  }

 private:
  OptionReader& reader_;
  const FileAccess& files_;
  std::string directory_;
};

/// An http or https URL; told and empty where it is another, or none that can be used.
std::string web_url(OptionReader& reader, std::string_view option, const std::string& text) {
  const auto url = parse_web_url(text);
  if (url) return text;
  reader.fail(option, url.error().message, "give an http or https URL, a path, or a name in files/");
  return {};
}

ImageSource read_root_image(OptionReader& reader, FileOptions& files) {
  const std::string image = reader.text("root_image");
  if (image.empty()) return {};
  if (image.starts_with(kImagePrefix)) {
    if (image.size() == kImagePrefix.size()) reader.fail("root_image", "names no image", "write image:NAME");
    return {ImageSource::Kind::in_cloud, image.substr(kImagePrefix.size())};
  }
  if (is_url(image)) return {ImageSource::Kind::url, web_url(reader, "root_image", image)};
  return {ImageSource::Kind::file, files.required_file("root_image", image)};
}

TemplateSource read_user_data(OptionReader& reader, FileOptions& files) {
  const std::string text = reader.text("user_data");
  if (text.empty()) return {};
  if (is_url(text)) return {TemplateSource::Kind::url, web_url(reader, "user_data", text)};
  return {TemplateSource::Kind::file, files.required_file("user_data", text)};
}

bool is_substitution_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

void read_substitutions(OptionReader& reader, FileOptions& files, MachinetypeSettings& settings) {
  for (const auto& [name, value] : reader.section().options) {
    const bool is_option = name.starts_with(kOptionPrefix);
    if (!is_option && !name.starts_with(kFilePrefix)) continue;
    const std::string x = name.substr((is_option ? kOptionPrefix : kFilePrefix).size());
    if (!is_substitution_name(x)) {
      reader.fail(name, "has a name with other characters than a-z, 0-9 and _", "rename it");
    } else if (is_option) {
      settings.user_data_options[x] = value.text;
    } else if (value.text.empty()) {
      reader.fail(name, "names no file");
    } else {
      settings.user_data_files[x] = files.required_file(name, value.text);
    }
  }
}

}  // namespace

void read_machinetype_files(OptionReader& reader, const MachinetypeSurroundings& surroundings,
                            const Sources& sources, MachinetypeSettings& settings) {
  FileOptions files(reader, sources.files,
                    fmt::format("{}/spaces/{}/machinetypes/{}", sources.state_directory, surroundings.space,
                                surroundings.directory_name));
  settings.root_image = read_root_image(reader, files);
  settings.user_data = read_user_data(reader, files);
  read_substitutions(reader, files, settings);
  settings.root_public_key = files.public_key();
  if (settings.user_data_proxy != ProxyKind::none) files.read_proxy_files(settings);
}

bool is_plain_file_name(std::string_view text) {
  return !text.empty() && text.size() <= 255 && text.front() != '.' && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

}  // namespace vacuum
