#include "programs/vcycle/pipe_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "config/option.hpp"
#include "config/web_url.hpp"

namespace vacuum {
namespace {

/// Options and files that a machinetype needs and that the entry leaves to the site.
std::vector<std::string> what_the_site_gives(const PipeEntry& entry, const std::string& prefix) {
  std::vector<std::string> needed{"flavor_names"};
  for (const Option& option : option_table()) {
    const bool is_needed = option.scope == OptionScope::machinetype && option.required;
    if (is_needed && !entry.options.contains(std::string(option.name))) needed.emplace_back(option.name);
  }
  for (const auto& [name, option] : entry.options) {
    if (option.refusal) continue;
    const bool may_be_file =
        name == "user_data" || name == "root_image" || name.starts_with("user_data_file_");
    if (may_be_file && !is_url(option.text))
      needed.push_back(fmt::format("machinetypes/{}/files/{}", prefix, option.text));
    if (name == "user_data_proxy" && boolean_value(option.text).ok() && *boolean_value(option.text)) {
      needed.push_back(fmt::format("machinetypes/{}/x509cert.pem", prefix));
      needed.push_back(fmt::format("machinetypes/{}/x509key.pem", prefix));
    }
  }
  return needed;
}

PipeEntryReport report_on_entry(const PipeEntry& entry, double total_share, const std::string& prefix) {
  PipeEntryReport report;
  report.machinetype = entry.suffix.empty() ? fmt::format("entry {}", entry.number)
                                            : fmt::format("{}-{}", prefix, entry.suffix);
  report.share_percent = total_share > 0 ? 100 * entry.target_share / total_share : 0;
  report.ignored = entry.ignored;
  if (entry.omission && entry.omission->kind == PipeEntry::Omission::Kind::not_for_clouds) {
    report.passed_over = fmt::format("{}: {}", entry.omission->remark.option, entry.omission->remark.message);
    return report;
  }
  if (entry.omission) report.broken.push_back(entry.omission->remark);
  for (const auto& [name, option] : entry.options) {
    if (option.refusal) {
      report.refused.push_back({name, option.text, *option.refusal});
    } else {
      report.options.emplace_back(name, option.text);
    }
  }
  if (!entry.omission) report.site_gives = what_the_site_gives(entry, prefix);
  return report;
}

}  // namespace

bool PipeReport::is_good() const {
  return !problem && std::ranges::all_of(entries, [](const PipeEntryReport& entry) {
    return entry.broken.empty() && entry.refused.empty();
  });
}

PipeReport report_on_pipe(const std::string& source, std::string_view url, std::string_view text,
                          const std::string& prefix) {
  PipeReport report{.source = source, .problem = {}, .cache = {}, .remarks = {}, .entries = {}};
  const auto document = parse_pipe(text, url);
  if (!document) {
    report.problem = document.error();
    return report;
  }
  report.cache = document->cache;
  report.remarks = document->remarks;
  for (const PipeEntry& entry : document->entries)
    report.entries.push_back(report_on_entry(entry, document->total_share, prefix));
  return report;
}

}  // namespace vacuum
