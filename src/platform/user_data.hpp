#pragma once

#include <map>
#include <string>
#include <string_view>

#include "domain/names.hpp"
#include "platform/machine_urls.hpp"

namespace vacuum {

/// What the automatic substitutions of a user_data template stand for (spec 6, HSF-TN-2016-04).
struct UserDataValues {
  SpaceName space;
  MachinetypeName machinetype;
  MachineName machine;
  std::string manager_version;  ///< "Vacuum X.Y.Z"
  std::string manager_hostname;
  std::string site;            ///< gocdb_sitename
  std::string template_url;    ///< empty where the template is a file
  std::string root_image_url;  ///< empty where the image has no URL
  std::string uuid;            ///< of the VM; empty where not known
  MachineUrls urls;
  std::map<std::string, std::string> options;  ///< X of user_data_option_X
  std::map<std::string, std::string> files;    ///< X of user_data_file_X → content
};

/// The user_data of a VM: each ##user_data_NAME## is replaced once, by what the site sets for it (option,
/// then file) or by the automatic value; what is left of the form is removed. All other bytes stay as they
/// are, the last newline too (spec 9). Values are not searched again.
[[nodiscard]] std::string fill_user_data(std::string_view text, const UserDataValues& values);

/// Whether a template has ##user_data_option_X##: what is costly or secret is made only then.
[[nodiscard]] bool asks_for_option(std::string_view text, std::string_view option);

}  // namespace vacuum
