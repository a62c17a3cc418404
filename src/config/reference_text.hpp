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
    ReferenceChapter{
        OptionScope::settings, "[settings]",
        "What the daemon as a whole is told. The section may be left out. An option with a wrong value "
        "has its default, and vcycled says so; one that runs keeps the settings that it has."},
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
    ReferenceChapter{
        OptionScope::vacuum_pipe, "[vacuum_pipe SPACE PREFIX]",
        "The machinetypes that an experiment publishes as a vacuum pipe. Each entry of the pipe makes a "
        "machinetype PREFIX-SUFFIX in the space, with the suffix of the entry. The section takes every "
        "option "
        "of a machinetype, for all machinetypes of the pipe, beside the options below. An option counts from "
        "the machinetype's own `[machinetype SPACE PREFIX-SUFFIX]` section; where that does not give it, "
        "from "
        "the vacuum_pipe section or `[DEFAULT]`; and at last from the pipe. `vcycle pipe check` explains "
        "what "
        "a pipe would give."},
    ReferenceChapter{
        OptionScope::pipe_entry, "Entries of a vacuum pipe",
        "A pipe is JSON: `{\"cache_seconds\": 3600, \"machinetypes\": [{\"suffix\": \"prod\", …}, …]}`. An "
        "entry "
        "may give these options, and those of a machinetype that say so. Whatever else it gives is ignored "
        "with a warning."},
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
