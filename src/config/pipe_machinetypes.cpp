#include "config/pipe_machinetypes.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/internal_host.hpp"
#include "base/text.hpp"
#include "config/machinetype_section.hpp"
#include "config/option_reader.hpp"
#include "config/pipe_copy.hpp"
#include "config/pipe_sections.hpp"
#include "config/web_url.hpp"

namespace vacuum {
namespace {

/// How many findings of one pipe are told: a stranger must not flood a log.
constexpr std::size_t kFindingsMax = 100;

class PipesReader {
 public:
  PipesReader(const SpaceSections& sections, const std::vector<std::string>& flavors, const Sources& sources,
              SpaceConfiguration& space)
      : sections_(sections), flavors_(flavors), sources_(sources), space_(space) {
    for (const IniSection* section : sections.machinetypes) own_[split_words(section->name)[2]] = section;
  }

  void read(const IniSection& section) {
    OptionReader reader(section, {OptionScope::vacuum_pipe, OptionScope::machinetype}, space_.diagnostics);
    const std::string prefix = split_words(section.name)[2];
    if (!is_machinetype_name(prefix)) {
      reader.fail("", "the pipe's PREFIX holds other characters than a-z, 0-9 and -", "rename it");
      return;
    }
    read_.prefixes.push_back(prefix);
    reader.review_names();
    const PipeSection pipe{.space = sections_.name,
                           .prefix = prefix,
                           .url = url_of(reader),
                           .target_share = reader.number("target_share").value_or(0),
                           .section = section};
    if (!reader.given("target_share"))
      reader.warn("", "has no target_share: nothing is created from the pipe", "add \"target_share = …\"");
    if (!pipe.url.empty()) follow(pipe, reader);
  }

  [[nodiscard]] PipesRead finish() { return std::move(read_); }

 private:
  static std::string url_of(OptionReader& reader) {
    const std::string text = reader.text("vacuum_pipe_url");
    if (text.empty()) return {};
    const auto url = parse_web_url(text);
    if (!url) {
      reader.fail("vacuum_pipe_url", url.error().message, "give the http or https URL of the pipe");
      return {};
    }
    if (url->scheme == "http" && !is_internal_host(url->host)) {
      reader.warn("vacuum_pipe_url",
                  "is fetched in clear text: whoever is on the way can change what machines are told to do",
                  "use https");
    }
    return text;
  }

  void follow(const PipeSection& pipe, OptionReader& reader) {
    FollowedPipe followed{.prefix = pipe.prefix, .url = pipe.url, .cache = PipeDocument{}.cache, .copy = {}};
    const FileText file =
        sources_.files.read(pipe_copy_path(sources_.state_directory, pipe.space, pipe.prefix));
    auto copy = file.outcome == FileText::Outcome::found ? read_pipe_copy(file.content) : std::nullopt;
    if (copy && copy->url == pipe.url) {
      const auto document = parse_pipe(copy->content, pipe.url);
      if (document) {
        followed.cache = document->cache;
        followed.copy = std::move(copy);
        take(pipe, *document);
      }
    }
    if (!followed.copy) {
      reader.warn("vacuum_pipe_url", "was not fetched yet: its machinetypes wait for it",
                  "see that vcycled runs and can reach it; vcycle spaces tells what it last met");
    }
    space_.pipes.push_back(std::move(followed));
  }

  void take(const PipeSection& pipe, const PipeDocument& document) {
    told_of_pipe_ = 0;
    for (const PipeRemark& remark : document.remarks) {
      tell({Severity::warning,
            {pipe.url, 0},
            fmt::format("vacuum_pipe {} {}", pipe.space, pipe.prefix),
            remark.option,
            remark.message,
            remark.remedy});
    }
    for (const PipeMachinetype& made : expand_pipe(pipe, document, own_)) add(pipe, made);
    if (told_of_pipe_ > kFindingsMax) {
      read_.found.push_back({Severity::warning,
                             {pipe.url, 0},
                             fmt::format("vacuum_pipe {} {}", pipe.space, pipe.prefix),
                             "",
                             fmt::format("has {} more findings", told_of_pipe_ - kFindingsMax),
                             "vcycle pipe check tells all"});
    }
  }

  void add(const PipeSection& pipe, const PipeMachinetype& made) {
    std::vector<Diagnostic> found = made.found;
    const auto& omission = made.entry->omission;
    const bool is_for_clouds = !omission || omission->kind == PipeEntry::Omission::Kind::broken;
    if (is_for_clouds && !made.name.empty() && !read_.made.insert(made.name).second && !omission) {
      found.push_back({Severity::error, made.section.location, made.section.name, "",
                       "is made by another pipe already, which counts", "give the pipes different PREFIXes"});
    }
    if (!omission && !has_error(found)) {
      OptionReader reader(made.section, {OptionScope::machinetype}, found);
      auto settings =
          read_machinetype(reader, MachinetypeName(made.name), {pipe.space, pipe.prefix, flavors_}, sources_);
      if (!has_error(found)) space_.settings.machinetypes.push_back(std::move(settings));
    }
    for (Diagnostic& diagnostic : found) tell(std::move(diagnostic));
  }

  /// What is wrong in the vacuum_pipe section shows in each of its machinetypes: once is enough.
  void tell(Diagnostic diagnostic) {
    const bool in_files = diagnostic.location.line > 0;
    const bool told = in_files && std::ranges::any_of(read_.found, [&](const Diagnostic& other) {
                        return other.location == diagnostic.location && other.option == diagnostic.option &&
                               other.message == diagnostic.message;
                      });
    if (!told && ++told_of_pipe_ <= kFindingsMax) read_.found.push_back(std::move(diagnostic));
  }

  const SpaceSections& sections_;
  const std::vector<std::string>& flavors_;
  const Sources& sources_;
  SpaceConfiguration& space_;
  OwnSections own_;
  PipesRead read_;
  std::size_t told_of_pipe_ = 0;
};

}  // namespace

PipesRead read_pipes(const SpaceSections& sections, const std::vector<std::string>& flavors,
                     const Sources& sources, SpaceConfiguration& space) {
  PipesReader reader(sections, flavors, sources, space);
  for (const IniSection* section : sections.pipes) reader.read(*section);
  return reader.finish();
}

}  // namespace vacuum
