#include "sim/openstack_api/identity.hpp"

#include <algorithm>

namespace vacuum::sim {
namespace {

constexpr std::size_t kTokensBeforeCleaning = 1000;
constexpr std::size_t kTokenLength = 183;

std::string hex_id(RandomStream& random) {
  std::string text;
  for (int i = 0; i < 32; ++i) text += "0123456789abcdef"[random.below(16)];
  return text;
}

}  // namespace

Identity::Identity(IdentitySettings settings, const CloudModel& model, std::uint64_t seed)
    : token_life_(static_cast<std::int64_t>(settings.token_seconds * 1000)), random_(seed) {
  for (UserSettings& user : settings.users) {
    const auto project = std::ranges::find(model.projects(), user.project, &CloudProject::name);
    if (project == model.projects().end()) continue;
    users_.push_back(
        {hex_id(random_), std::move(user), static_cast<std::size_t>(project - model.projects().begin())});
  }
}

std::optional<std::size_t> Identity::find_user(std::string_view name, std::string_view id) const {
  for (std::size_t i = 0; i < users_.size(); ++i)
    if (name.empty() ? users_[i].id == id : users_[i].settings.name == name) return i;
  return std::nullopt;
}

std::string Identity::issue(std::size_t user, std::optional<std::size_t> credential, Moment now) {
  if (tokens_.size() >= kTokensBeforeCleaning) forget_ended(now);
  std::string text = "gAAAAAB" + random_.letters_and_digits(kTokenLength - 7);
  Token token{user, users_.at(user).project, credential, random_.letters_and_digits(22),
              now,  now + token_life_};
  tokens_.emplace(text, std::move(token));
  return text;
}

const Token* Identity::check(std::string_view text, Moment now) const {
  const auto found = tokens_.find(std::string(text));
  return found == tokens_.end() || now >= found->second.expires ? nullptr : &found->second;
}

void Identity::forget_ended(Moment now) {
  std::erase_if(tokens_, [now](const auto& entry) { return now >= entry.second.expires; });
}

}  // namespace vacuum::sim
