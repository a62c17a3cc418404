#include "config/pipe_value.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/internal_host.hpp"
#include "base/text.hpp"
#include "config/machinetype_files.hpp"
#include "config/signing_dn.hpp"
#include "config/web_url.hpp"

namespace vacuum {
namespace {

/// What one value may hold; a machine's whole user data is limited to 64 KiB by clouds.
constexpr std::size_t kMaxValueLength = 16'384;
constexpr std::size_t kMaxFileNameLength = 255;

using Problem = std::optional<ValueProblem>;

/// A newline would begin a line of its own in whatever the value is copied to.
bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

Problem url_problem(std::string_view text, std::string_view pipe_url) {
  const auto url = parse_web_url(text);
  if (!url) return ValueProblem{url.error().message, "give an http or https URL"};
  if (!is_internal_host(url->host)) return std::nullopt;
  const auto pipe = parse_web_url(pipe_url);
  if (pipe && pipe->host == url->host) return std::nullopt;
  return ValueProblem{fmt::format("names the host {}, which is inside the site that reads the pipe",
                                  printable(url->host, 80)),
                      "give a host that everybody can reach, or let the site set the option"};
}

/// A name in the directory files/ that the site made for this pipe (spec 2.3: no '/').
Problem file_name_problem(std::string_view text) {
  if (text.empty()) return ValueProblem{"names no file", "give a name in the site's files/ directory"};
  if (text.find('/') != std::string_view::npos) {
    return ValueProblem{"holds a \"/\": a pipe names files in the site's files/ directory alone",
                        "give the file's name without a path"};
  }
  if (text == "." || text == ".." || text.size() > kMaxFileNameLength)
    return ValueProblem{"is no name of a file", "give a name in the site's files/ directory"};
  return std::nullopt;
}

/// root_image and user_data: a URL, or a name in files/.
Problem source_problem(std::string_view text, std::string_view pipe_url) {
  if (text.find("/../") != std::string_view::npos)
    return ValueProblem{"holds \"/../\"", "write the URL without it"};
  if (is_url(text)) return url_problem(text, pipe_url);
  if (to_lower(text).starts_with("image:")) {
    return ValueProblem{"names an image of the site's own cloud, which a pipe cannot know",
                        "give a URL; a site sets image:NAME in its own [vacuum_pipe …] section"};
  }
  return file_name_problem(text);
}

Problem kind_problem(const Option& option, std::string_view text) {
  const auto problem_of = [](const auto& value) { return value ? Problem() : Problem(value.error()); };
  switch (option.kind) {
    case OptionKind::integer:
      return problem_of(integer_value(option, text));
    case OptionKind::number:
      return problem_of(number_value(option, text));
    case OptionKind::boolean:
      return problem_of(boolean_value(text));
    case OptionKind::text:
    case OptionKind::words:
    case OptionKind::path:
    case OptionKind::secret:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::optional<ValueProblem> pipe_value_problem(const Option& option, std::string_view text,
                                               std::string_view pipe_url) {
  if (text.size() > kMaxValueLength) {
    return ValueProblem{fmt::format("has {} bytes, more than {}", text.size(), kMaxValueLength),
                        "shorten it"};
  }
  if (has_control_character(text))
    return ValueProblem{"holds a line break or another control character", "remove it"};
  if (option.name == "user_data_file_*") return file_name_problem(text);
  if (option.name == "root_image" || option.name == "user_data") return source_problem(text, pipe_url);
  if (option.name == "cernvm_signing_dn") return signing_dn_problem(text);
  if (option.name == "heartbeat_file" && !is_plain_file_name(text)) {
    return ValueProblem{"is no plain file name",
                        "use letters, digits, dots, underscores and hyphens, and no dot in front"};
  }
  return kind_problem(option, text);
}

}  // namespace vacuum
