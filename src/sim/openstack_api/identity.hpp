#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/secret.hpp"
#include "sim/cloud_model.hpp"

namespace vacuum::sim {

struct ApplicationCredentialSettings {
  std::string id;
  std::string name;
  Secret secret;
};

struct UserSettings {
  std::string name = "demo";
  Secret password{"cloudbox"};
  std::string project = "demo";
  std::vector<ApplicationCredentialSettings> application_credentials;
};

struct IdentitySettings {
  std::vector<UserSettings> users{UserSettings{}};
  double token_seconds = 14400;  ///< life of a token
};

struct Token {
  std::size_t user = 0;     ///< index into Identity::users
  std::size_t project = 0;  ///< index into CloudModel::projects
  std::optional<std::size_t>
      credential;  ///< index into the user's application credentials; nothing: the password
  std::string audit_id;
  Moment issued;
  Moment expires;
};

struct IdentityUser {
  std::string id;
  UserSettings settings;
  std::size_t project = 0;
};

/// The users of a cloud and their tokens.
class Identity {
 public:
  /// Users whose project does not exist are left out; a scenario is checked for that before.
  Identity(IdentitySettings settings, const CloudModel& model, std::uint64_t seed);

  [[nodiscard]] const std::vector<IdentityUser>& users() const { return users_; }
  /// The user of this name, or of this id where the name is empty.
  [[nodiscard]] std::optional<std::size_t> find_user(std::string_view name, std::string_view id) const;

  /// The text of a new token.
  std::string issue(std::size_t user, std::optional<std::size_t> credential, Moment now);
  /// Nothing for a token that was never issued, has ended or was revoked.
  [[nodiscard]] const Token* check(std::string_view text, Moment now) const;
  void revoke(const std::string& text) { tokens_.erase(text); }
  void revoke_all() { tokens_.clear(); }

 private:
  void forget_ended(Moment now);

  std::vector<IdentityUser> users_;
  Milliseconds token_life_;
  RandomStream random_;
  std::unordered_map<std::string, Token> tokens_;
};

}  // namespace vacuum::sim
