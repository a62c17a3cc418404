#include "programs/vcycle/image_signature_command.hpp"

#include <filesystem>
#include <fstream>
#include <optional>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "adapters/system/ca_directory.hpp"
#include "base/text.hpp"
#include "platform/image_signature.hpp"

namespace vacuum {
namespace {

/// An image in a file, as the check reads it.
class ImageFile {
 public:
  explicit ImageFile(const std::string& path) : path_(path), stream_(path, std::ios::binary) {}

  [[nodiscard]] Result<std::uint64_t, X509Error> size() const {
    std::error_code error;
    const std::uint64_t bytes = std::filesystem::file_size(path_, error);
    if (error) return Failure{X509Error{error.message()}};
    return bytes;
  }
  Result<Done, X509Error> read(std::uint64_t offset, std::span<char> into) {
    stream_.seekg(static_cast<std::streamoff>(offset));
    stream_.read(into.data(), static_cast<std::streamsize>(into.size()));
    if (!stream_) return Failure{X509Error{"cannot be read"}};
    return Done{};
  }

 private:
  std::string path_;
  std::ifstream stream_;
};

/// What of the directory of CAs is worth knowing where an image does not verify.
std::vector<std::string> remarks_on(const ImageSignatureOptions& options, const CaDirectory& directory,
                                    const TrustAnchors& anchors) {
  std::vector<std::string> remarks = directory.problems;
  for (const std::string& problem : anchors.problems()) {
    remarks.push_back(fmt::format("{}/{}", options.ca_directory, problem));
  }
  if (anchors.authorities() == 0) {
    remarks.push_back(
        fmt::format("{} holds no authorities; name another with --ca-directory", options.ca_directory));
  }
  return remarks;
}

Result<ImageSigner, X509Error> look_at(const ImageSignatureOptions& options, const TrustAnchors& anchors,
                                       TimePoint now) {
  std::optional<SigningDnPattern> pattern;
  if (!options.pattern.empty()) {
    auto compiled = SigningDnPattern::compile(options.pattern);
    if (!compiled) return Failure{X509Error{fmt::format("--dn: {}", compiled.error().message)}};
    pattern = std::move(*compiled);
  }
  ImageFile file(options.file);
  const auto size = file.size();
  if (!size) return Failure{size.error()};
  const auto read = [&file](std::uint64_t offset, std::span<char> into) { return file.read(offset, into); };
  return pattern ? check_image(*size, read, anchors, *pattern, now) : verify_image(*size, read, anchors, now);
}

void show(const ImageSignatureOptions& options, const ImageSigner& signer, std::ostream& out) {
  if (options.json) {
    out << boost::json::serialize(boost::json::object{{"file", options.file},
                                                      {"verified", true},
                                                      {"dn", signer.dn},
                                                      {"not_before", format_iso8601(signer.not_before)},
                                                      {"not_after", format_iso8601(signer.not_after)},
                                                      {"version", signer.version}})
        << "\n";
    return;
  }
  out << fmt::format("signed by  {}\n", signer.dn);
  out << fmt::format("valid      {} to {}\n", format_iso8601(signer.not_before),
                     format_iso8601(signer.not_after));
  if (!signer.version.empty()) out << fmt::format("version    {}\n", signer.version);
  out << (options.pattern.empty() ? "verdict    the signature is good\n"
                                  : "verdict    the signature is good and the signer matches\n");
}

}  // namespace

int run_image_signature(const ImageSignatureOptions& options, TimePoint now, std::ostream& out,
                        std::ostream& errors) {
  const auto directory = read_ca_directory(options.ca_directory, TrustAnchors::is_read);
  if (!directory) {
    errors << fmt::format("vcycle: {}\n", directory.error().message);
    return 1;
  }
  const TrustAnchors anchors = TrustAnchors::from_files(directory->files);
  const auto signer = look_at(options, anchors, now);
  if (signer) {
    show(options, *signer, out);
    return 0;
  }
  for (const std::string& remark : remarks_on(options, *directory, anchors)) {
    errors << fmt::format("vcycle: {}\n", remark);
  }
  if (options.json) {
    out << boost::json::serialize(boost::json::object{
               {"file", options.file}, {"verified", false}, {"reason", signer.error().message}})
        << "\n";
  }
  errors << fmt::format("vcycle: {}: {}\n", options.file, signer.error().message);
  return 1;
}

}  // namespace vacuum
