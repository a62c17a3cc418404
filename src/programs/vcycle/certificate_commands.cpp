#include "programs/vcycle/certificate_commands.hpp"

#include <chrono>
#include <iostream>

namespace vacuum {
namespace {

constexpr int kHoursMax = 24 * 366;

TimePoint time_of_day() {
  return std::chrono::floor<Seconds>(std::chrono::system_clock::now());
}

}  // namespace

CertificateCommands::CertificateCommands(CLI::App& app) {
  add_proxy_init(app);
  add_image_signature(app);
}

void CertificateCommands::add_proxy_init(CLI::App& app) {
  proxy_init_ = app.add_subcommand("proxy-init", "the X.509 proxies that a machinetype's machines are given");
  proxy_init_->add_option("SPACE", space_, "the space")->required();
  proxy_init_->add_option("MACHINETYPE", machinetype_, "the machinetype")->required();
  proxy_init_->add_option("--cert", proxy_.certificate_file, "another certificate than its x509cert.pem");
  proxy_init_->add_option("--key", proxy_.key_file, "the key, where --cert does not hold it");
  proxy_init_->add_option("--hours", hours_, "how long the proxy lasts, instead of max_wallclock_seconds")
      ->check(CLI::Range(1, kHoursMax));
  auto* legacy = proxy_init_->add_flag("--legacy", legacy_, "the old Globus form");
  proxy_init_->add_flag("--rfc", rfc3820_, "the form of RFC 3820")->excludes(legacy);
  proxy_init_->add_option("--out", proxy_.out_file, "write such a proxy there ('-': to standard output)");
  proxy_init_->add_flag("--install", proxy_.install, "put --cert and --key where vcycled looks for them");
}

void CertificateCommands::add_image_signature(CLI::App& app) {
  image_signature_ = app.add_subcommand("image-signature", "who signed an image, and whether it is good");
  image_signature_->add_option("FILE", image_.file, "the image")->required();
  image_signature_->add_option("--dn", image_.pattern,
                               "regular expression that the signer's DN has to match");
  image_signature_->add_option("--ca-directory", image_.ca_directory, "the authorities that are trusted")
      ->capture_default_str();
  image_signature_->add_flag("--json", image_.json, "print JSON");
}

std::optional<int> CertificateCommands::run(const DiskPlaces& places) {
  if (*image_signature_) return run_image_signature(image_, time_of_day(), std::cout, std::cerr);
  if (!*proxy_init_) return std::nullopt;
  proxy_.places = places;
  proxy_.space = SpaceName{space_};
  proxy_.machinetype = MachinetypeName{machinetype_};
  if (hours_ > 0) proxy_.hours = hours_;
  if (legacy_) proxy_.form = ProxyForm::legacy;
  if (rfc3820_) proxy_.form = ProxyForm::rfc3820;
  return run_proxy_init(proxy_, time_of_day(), std::cout, std::cerr);
}

}  // namespace vacuum
