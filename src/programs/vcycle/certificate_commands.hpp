#pragma once

#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "programs/common/load_from_disk.hpp"
#include "programs/vcycle/image_signature_command.hpp"
#include "programs/vcycle/proxy_init_command.hpp"

namespace vacuum {

/// proxy-init and image-signature on the command line.
class CertificateCommands {
 public:
  /// Adds them to `app`, which both outlive.
  explicit CertificateCommands(CLI::App& app);
  CertificateCommands(const CertificateCommands&) = delete;
  CertificateCommands& operator=(const CertificateCommands&) = delete;

  /// Once the command line is parsed: the exit status of the one that was given; nothing where none was.
  [[nodiscard]] std::optional<int> run(const DiskPlaces& places);

 private:
  void add_proxy_init(CLI::App& app);
  void add_image_signature(CLI::App& app);

  CLI::App* proxy_init_ = nullptr;
  CLI::App* image_signature_ = nullptr;
  ProxyInitOptions proxy_;
  ImageSignatureOptions image_;
  std::string space_;
  std::string machinetype_;
  int hours_ = 0;
  bool legacy_ = false;
  bool rfc3820_ = false;
};

}  // namespace vacuum
