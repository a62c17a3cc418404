#include "platform/user_data.hpp"

#include <algorithm>
#include <functional>
#include <optional>

namespace vacuum {
namespace {

constexpr std::string_view kOpen = "##user_data_";
constexpr std::string_view kClose = "##";

using Table = std::map<std::string, std::string, std::less<>>;

/// By the names between "##user_data_" and "##": today's, the old ones, and those of HSF-TN-2016-04.
Table automatic_values(const UserDataValues& values) {
  return {{"space", values.space.text()},
          {"machinetype", values.machinetype.text()},
          {"vmtype", values.machinetype.text()},
          {"machine_hostname", values.machine.text()},
          {"vm_hostname", values.machine.text()},
          {"manager_version", values.manager_version},
          {"vmlm_version", values.manager_version},
          {"manager_hostname", values.manager_hostname},
          {"vmlm_hostname", values.manager_hostname},
          {"site", values.site},
          {"url", values.template_url},
          {"root_image_url", values.root_image_url},
          {"uuid", values.uuid},
          {"machinefeatures_url", values.urls.machinefeatures},
          {"jobfeatures_url", values.urls.jobfeatures},
          {"joboutputs_url", values.urls.joboutputs},
          {"heartbeat_machines_url", values.urls.heartbeatlists},
          {"manager_machinefeatures_url", values.urls.machinefeatures},
          {"manager_jobfeatures_url", values.urls.jobfeatures},
          {"manager_joboutputs_url", values.urls.joboutputs}};
}

bool is_pattern_name(std::string_view name) {
  return std::ranges::all_of(
      name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

std::optional<std::string_view> without_prefix(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return std::nullopt;
  return name.substr(prefix.size());
}

/// A file serves ##user_data_file_X## and ##user_data_option_X##; an option of the same X goes first.
std::string_view value_of(std::string_view name, const Table& automatic, const UserDataValues& values) {
  if (const auto option = without_prefix(name, "option_")) {
    const std::string key(*option);
    if (const auto found = values.options.find(key); found != values.options.end()) return found->second;
    if (const auto found = values.files.find(key); found != values.files.end()) return found->second;
    return {};
  }
  if (const auto file = without_prefix(name, "file_")) {
    const auto found = values.files.find(std::string(*file));
    return found == values.files.end() ? std::string_view{} : std::string_view(found->second);
  }
  const auto found = automatic.find(name);
  return found == automatic.end() ? std::string_view{} : std::string_view(found->second);
}

}  // namespace

bool asks_for_option(std::string_view text, std::string_view option) {
  std::string pattern(kOpen);
  pattern.append("option_").append(option).append(kClose);
  return text.find(pattern) != std::string_view::npos;
}

std::string fill_user_data(std::string_view text, const UserDataValues& values) {
  const Table automatic = automatic_values(values);
  std::string filled;
  filled.reserve(text.size());
  for (;;) {
    const auto open = text.find(kOpen);
    filled += text.substr(0, open);
    if (open == std::string_view::npos) return filled;
    text.remove_prefix(open);
    const auto close = text.find(kClose, kOpen.size());
    const std::string_view name = text.substr(kOpen.size(), close - kOpen.size());
    if (close == std::string_view::npos || !is_pattern_name(name)) {
      filled += text.substr(0, kClose.size());  // no pattern begins here; one may begin right behind
      text.remove_prefix(kClose.size());
      continue;
    }
    filled += value_of(name, automatic, values);
    text.remove_prefix(close + kClose.size());
  }
}

}  // namespace vacuum
