#pragma once

#include <array>
#include <string>
#include <string_view>

#include "config/option.hpp"

namespace vacuum {

/// What reference page and man page say alike. Paragraphs are Markdown with `code` only.
struct ReferenceChapter {
  OptionScope scope;
  std::string_view title;
  std::string_view paragraph;
};

inline constexpr std::string_view kReferenceIntroduction[] = {
    "vcycled and vcycle read these files, each where it is there: `/var/lib/vcycle/shared/vcycle.d/*.conf`, "
    "`/etc/vcycle.d/*.conf`, each directory in the order of the names, and then `/etc/vcycle.conf`. "
    "`--state-dir DIR` takes "
    "the place of `/var/lib/vcycle`, `--config FILE` that of the files in `/etc`. Changes are seen by the "
    "daemon at its "
    "next cycle; it need not be restarted.",
    "A file has sections with `[section]` headers, and in them lines `name = value` or `name: value`. Names "
    "of sections and "
    "options may be written in upper or lower case. Sections of the same name are one section, in whichever "
    "files they are; "
    "of several values of an option, the last one counts. Options in a section `[DEFAULT]` count in every "
    "section that does "
    "not give them itself.",
    "A line that starts with `#` or `;` is a comment, and so is what follows white space and `;` in a line. "
    "A line that is "
    "indented deeper than the option before it continues that option's value. `%` and `$` have no special "
    "meaning.",
    "`vcycle check` reads the same files and tells each mistake with its file, line and remedy. A space with "
    "a mistake is not "
    "managed until it is mended, and its machines are left alone; other spaces go on. Where a file cannot be "
    "parsed at all, "
    "the daemon keeps the last good configuration and creates nothing new. An option that is not known is "
    "warned of and "
    "ignored.",
};

inline constexpr std::array kReferenceChapters = {
    ReferenceChapter{OptionScope::space, "[space NAME]",
                     "One section for each project on a cloud. NAME is made of a-z, 0-9, dots and hyphens, "
                     "like a DNS name. A "
                     "space needs at least one machinetype."},
    ReferenceChapter{
        OptionScope::openstack, "[space NAME] with api = openstack",
        "How the cloud is reached, and what its machines are made with. The credentials of a space are those "
        "of "
        "its own options; or of a cloud in clouds.yaml; or, where it gives neither `url` nor `cloud`, those "
        "that "
        "the environment names with `OS_CLOUD`, or holds in `OS_AUTH_URL`, `OS_USERNAME` and so on."},
    ReferenceChapter{
        OptionScope::machinetype, "[machinetype SPACE NAME]",
        "One section for each kind of machine in a space. NAME is made of a-z, 0-9 and hyphens."},
};

/// "default 10 %", "required", "from 1 to 100": what is to be said of an option beside its meaning; empty for
/// nothing.
[[nodiscard]] std::string option_default(const Option& option);
[[nodiscard]] std::string option_bounds(const Option& option);
/// Names of a family as an admin writes them: user_data_option_X.
[[nodiscard]] std::string shown_name(const Option& option);
/// The meaning with what its status adds, as whole sentences.
[[nodiscard]] std::string full_meaning(const Option& option);

}  // namespace vacuum
