#include <algorithm>

#include <fmt/format.h>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "programs/vcycle/pipe_report.hpp"

namespace vacuum {
namespace {

std::string with_remedy(std::string text, const std::string& remedy) {
  return remedy.empty() ? text : text + "; " + remedy;
}

std::string remark_line(std::string_view kind, const PipeRemark& remark) {
  const std::string option = remark.option.empty() ? "" : printable(remark.option, 100) + ": ";
  return fmt::format("  {}{}{}\n", kind, option, with_remedy(printable(remark.message), remark.remedy));
}

std::string entry_text(const PipeEntryReport& entry) {
  if (!entry.passed_over.empty())
    return fmt::format("\n{}: passed over: {}\n", entry.machinetype, printable(entry.passed_over));
  std::string text =
      fmt::format("\n{}: {:.4g} % of the pipe's share\n", entry.machinetype, entry.share_percent);
  for (const auto& remark : entry.broken) text += remark_line("REFUSED as a whole: ", remark);
  for (const auto& refusal : entry.refused) {
    text += fmt::format("  REFUSED {} = {}: {}\n", refusal.option, printable(refusal.text, 80),
                        with_remedy(printable(refusal.problem.message), refusal.problem.remedy));
  }
  for (const auto& [name, value] : entry.options) text += fmt::format("  {} = {}\n", name, printable(value));
  for (const auto& remark : entry.ignored) text += remark_line("ignored: ", remark);
  if (!entry.site_gives.empty()) text += fmt::format("  the site gives: {}\n", join(entry.site_gives, ", "));
  return text;
}

std::string summary(const PipeReport& report) {
  std::size_t usable = 0;
  std::size_t passed_over = 0;
  for (const auto& entry : report.entries) {
    if (!entry.passed_over.empty()) {
      ++passed_over;
    } else if (entry.broken.empty() && entry.refused.empty()) {
      ++usable;
    }
  }
  const std::size_t refused = report.entries.size() - usable - passed_over;
  return fmt::format("\n{} for clouds, {} passed over, {} with something refused\n",
                     counted(usable, "machinetype"), passed_over, refused);
}

}  // namespace

std::string pipe_report_text(const PipeReport& report) {
  if (report.problem) {
    const std::string line = report.problem->line > 0 ? fmt::format(":{}", report.problem->line) : "";
    return fmt::format("{}{}: error: {}\n", report.source, line,
                       with_remedy(printable(report.problem->message), report.problem->remedy));
  }
  std::string text = fmt::format("{}: {}; a copy is good for {} s\n", report.source,
                                 counted(report.entries.size(), "machinetype"), report.cache.count());
  for (const auto& remark : report.remarks) text += remark_line("note: ", remark);
  for (const auto& entry : report.entries) text += entry_text(entry);
  return text + summary(report);
}

}  // namespace vacuum
