#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/secret.hpp"
#include "base/time.hpp"

namespace vacuum::openstack {

/// A Keystone domain, by id or by name (the id wins). Both empty, or the name "default": the domain with id
/// "default".
struct Domain {
  std::string id;
  std::string name;
};

/// A user with a password, in a project. User and project by id or by name within their domain (the id wins).
struct PasswordLogin {
  std::string user_id;
  std::string user_name;
  Domain user_domain;
  Secret password;
  std::string project_id;
  std::string project_name;
  Domain project_domain;
};

/// An application credential, by id, or by name and its user. Its project is fixed: no scope is sent with it.
struct ApplicationCredential {
  std::string id;
  std::string name;
  std::string user_id;
  std::string user_name;
  Domain user_domain;
  Secret secret;
};

using Login = std::variant<PasswordLogin, ApplicationCredential>;

/// Nothing is said about networks: Nova takes the project's only one.
struct NetworkByNova {};
/// VMs without any network (Nova 2.37 or later).
struct NoNetwork {};
/// The ids of the networks that a VM gets a port in.
struct NetworkIds {
  std::vector<std::string> ids;
};

using NetworkChoice = std::variant<NetworkByNova, NoNetwork, NetworkIds>;

/// A project on an OpenStack, and how to treat it.
struct Account {
  std::string label;     ///< how log lines and errors call it: the space's name
  std::string auth_url;  ///< Keystone, with or without /v3; http or https
  Login login;
  std::string region;                ///< empty: the only one of the catalogue
  std::string interface = "public";  ///< public, internal or admin; a trailing "URL" (publicURL) is accepted
  std::vector<std::string> security_groups;  ///< names; empty: Nova's default
  NetworkChoice network;

  Milliseconds request_timeout{60000};  ///< for one exchange
  Milliseconds call_timeout{300000};    ///< for one call of the Cloud port with its pages and repeats
  int requests_in_flight = 16;          ///< at least 1
  double requests_per_second = 0;       ///< 0: no limit
};

}  // namespace vacuum::openstack
