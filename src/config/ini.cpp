#include "config/ini.hpp"

#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"

namespace vacuum {
namespace {

constexpr std::string_view kSpace = " \t\v\f\r";
constexpr std::size_t kMaxProblems = 20;

/// What a comment leaves of a line: a line that starts with # or ; is one, and so is what follows white space
/// and ;.
std::string_view without_comment(std::string_view line) {
  const auto first = line.find_first_not_of(kSpace);
  if (first != std::string_view::npos && (line[first] == '#' || line[first] == ';')) return {};
  for (auto mark = line.find(';'); mark != std::string_view::npos; mark = line.find(';', mark + 1)) {
    if (mark > 0 && kSpace.find(line[mark - 1]) != std::string_view::npos) return line.substr(0, mark);
  }
  return line;
}

/// Reads one file, line by line, into a document.
class IniReader {
 public:
  IniReader(IniDocument& document, IniSection& defaults, const std::string& file)
      : document_(document), defaults_(defaults), file_(file) {}

  void read_line(std::string_view line) {
    ++line_number_;
    const std::string_view text = trim(without_comment(line));
    if (text.empty()) {
      const bool blank = trim(line).empty();
      if (blank && option_ != nullptr) option_->text += '\n';
      return;
    }
    const std::size_t indent = line.find_first_not_of(kSpace);
    if (option_ != nullptr && indent > indent_) {
      option_->text += '\n';
      option_->text += text;
      return;
    }
    indent_ = indent;
    end_option();
    if (text.front() == '[') {
      read_header(text);
    } else {
      read_option(text);
    }
  }

  [[nodiscard]] std::vector<Diagnostic> finish() {
    end_option();
    if (unreported_ > 0) {
      problems_.push_back(
          {Severity::error, {file_, 0}, "", "", fmt::format("{} more such lines", unreported_), ""});
    }
    return std::move(problems_);
  }

 private:
  [[nodiscard]] Location here() const { return {file_, line_number_}; }

  void problem(std::string message, std::string remedy) {
    if (problems_.size() >= kMaxProblems) {
      ++unreported_;
      return;
    }
    problems_.push_back({Severity::error, here(), section_ == nullptr ? "" : section_->name, "",
                         std::move(message), std::move(remedy)});
  }

  void end_option() {
    if (option_ == nullptr) return;
    std::string& value = option_->text;
    value.resize(value.find_last_not_of(" \t\v\f\r\n") + 1);
    if (value == "\"\"") value.clear();
    option_ = nullptr;
  }

  void read_header(std::string_view text) {
    const auto end = text.find(']');
    const std::string_view header = text.substr(1, end == std::string_view::npos ? end : end - 1);
    if (end == std::string_view::npos || trim(header).empty()) {
      problem("not a section header", "write it as [space NAME] or [machinetype SPACE NAME]");
      return;
    }
    if (header == "DEFAULT") {
      if (defaults_.location.line == 0) defaults_.location = here();
      section_ = &defaults_;
    } else {
      section_ = &document_.section(header, here());
    }
  }

  void read_option(std::string_view text) {
    if (section_ == nullptr) {
      problem("a line before the first section header", "put a header such as [space NAME] before it");
      return;
    }
    const auto delimiter = text.find_first_of("=:");
    const std::string name = to_lower(trim(text.substr(0, delimiter)));
    if (delimiter == std::string_view::npos || name.empty()) {
      problem("neither a section header nor NAME = VALUE",
              "write NAME = VALUE; start comment lines with #, indent lines that continue a value");
      return;
    }
    IniValue value{std::string(trim(text.substr(delimiter + 1))), here()};
    option_ = &(section_->options[name] = std::move(value));
  }

  IniDocument& document_;
  IniSection& defaults_;
  const std::string& file_;
  int line_number_ = 0;
  std::size_t indent_ = 0;
  IniSection* section_ = nullptr;
  IniValue* option_ = nullptr;  ///< the one that a continuation line would continue
  std::vector<Diagnostic> problems_;
  int unreported_ = 0;
};

}  // namespace

std::vector<Diagnostic> IniDocument::add(const std::string& file, std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  IniReader reader(*this, defaults_, file);
  while (!text.empty()) {
    const auto end = text.find_first_of("\r\n");
    reader.read_line(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(text.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
  }
  return reader.finish();
}

std::vector<IniSection> IniDocument::sections() const {
  std::vector<IniSection> sections = sections_;
  for (auto& section : sections) {
    for (const auto& [name, value] : defaults_.options) {
      section.options.try_emplace(name, IniValue{value.text, value.location, true});
    }
  }
  return sections;
}

IniSection& IniDocument::section(std::string_view header, Location location) {
  const std::string name = to_lower(join(split_words(header), " "));
  const auto [entry, is_new] = positions_.try_emplace(name, sections_.size());
  if (!is_new) return sections_[entry->second];
  return sections_.emplace_back(IniSection{name, std::move(location), {}});
}

}  // namespace vacuum
