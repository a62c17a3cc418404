// A template of user_data, which comes from an experiment's web server.
#include "platform/user_data.hpp"

#include "fuzz.hpp"

namespace vacuum::fuzz {
namespace {

constexpr std::string_view kOpen = "##user_data_";

UserDataValues values() {
  UserDataValues values;
  values.space = SpaceName("site.example");
  values.machinetype = MachinetypeName("mt");
  values.machine = MachineName("vcycle-mt-0123456789");
  values.manager_version = "Vacuum 1";
  values.urls.joboutputs = "https://vcycle.example:443/machines/site.example/vcycle-mt-0123456789/joboutputs";
  values.options = {{"a", "x"}, {"hashes", "##user_data_space##"}};
  values.files = {{"f", "line\n"}, {"a", "hidden by the option"}};
  return values;
}

/// The length of the pattern that begins here; 0 where none does.
std::size_t pattern_at(std::string_view text, std::size_t at) {
  if (!text.substr(at).starts_with(kOpen)) return 0;
  std::size_t end = at + kOpen.size();
  while (end < text.size() && (text[end] == '_' || (text[end] >= 'a' && text[end] <= 'z') ||
                               (text[end] >= '0' && text[end] <= '9')))
    ++end;
  return text.substr(end).starts_with("##") ? end + 2 - at : 0;
}

/// What lies between the patterns is kept byte for byte and in order.
bool keeps_the_rest(std::string_view text, std::string_view filled) {
  std::size_t from = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = pattern_at(text, at);
    if (length == 0) {
      from = filled.find(text[at], from);
      if (from == std::string_view::npos) return false;
      ++from;
      ++at;
    } else {
      at += length;
    }
  }
  return true;
}

bool has_pattern(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at)
    if (pattern_at(text, at) > 0) return true;
  return false;
}

}  // namespace

void try_input(std::string_view data) {
  static const UserDataValues kValues = values();
  const std::string filled = fill_user_data(data, kValues);
  if (!has_pattern(data)) require(filled == data, "a text without patterns stays as it is");
  require(keeps_the_rest(data, filled), "all but the patterns stays, in its order");
  // 100 bytes is more than the longest value, 15 the shortest pattern.
  require(filled.size() <= data.size() + data.size() / 15 * 100, "a text grows by its values alone");
  const std::string before = "a##user_data_space##b##user_data_option_unknown##";
  require(fill_user_data(before + std::string(data), kValues) == "asite.exampleb" + filled,
          "what stands before a text changes nothing in it");
}

}  // namespace vacuum::fuzz
