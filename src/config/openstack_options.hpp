#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "base/time.hpp"

namespace vacuum {

/// A project or a Keystone domain, by id or by name; the id rules where both are given.
struct KeystoneReference {
  std::string id;
  std::string name;

  [[nodiscard]] bool empty() const { return id.empty() && name.empty(); }
  friend bool operator==(const KeystoneReference&, const KeystoneReference&) = default;
};

/// How to reach and use an OpenStack project (spec 2.1), from [space …], clouds.yaml or OS_* variables.
/// Checked: either username, password and project are there, or an application credential is.
struct OpenstackOptions {
  std::string url;  ///< of Keystone, ends in /v3

  KeystoneReference project;
  KeystoneReference project_domain;
  KeystoneReference user_domain;
  std::string username;
  std::string user_id;  ///< from clouds.yaml: instead of username and its domain
  Secret password;

  std::string credential_id;  ///< set: an application credential, which rules over username
  Secret credential_secret;

  std::string region;                ///< empty: the first endpoint of any region
  std::string interface = "public";  ///< public, internal, admin
  std::string ca_file;               ///< PEM bundle; empty: the system's

  std::vector<std::string> security_groups;
  std::string network_uuid;  ///< empty: the cloud chooses; "none": no network

  int requests_in_flight = 24;
  std::optional<double> requests_per_second;  ///< nothing: no limit
  Seconds request_timeout{60};                ///< for one request, whole

  [[nodiscard]] bool uses_application_credential() const { return !credential_id.empty(); }
  friend bool operator==(const OpenstackOptions&, const OpenstackOptions&) = default;
};

}  // namespace vacuum
