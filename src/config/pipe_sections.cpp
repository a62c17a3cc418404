#include "config/pipe_sections.hpp"

#include <set>
#include <utility>

#include <fmt/format.h>

#include "config/option.hpp"

namespace vacuum {
namespace {

constexpr std::string_view kShare = "target_share";
/// vcycle-NAME-RANDOM has to be a name that clouds and we ourselves take (domain/names).
constexpr std::size_t kNameLengthMax = 180;

/// What two words of the admin have in common that mean the same option.
std::string identity_of(const std::string& word) {
  const Option* option = recognise_option(OptionScope::machinetype, word);
  return option == nullptr || option->name.ends_with('*') ? word : std::string(option->name);
}

/// Merges options: what was given by an earlier source, under whatever name, stays.
class Merger {
 public:
  explicit Merger(IniSection& merged) : merged_(merged) {}

  /// Takes the options of a section that `wanted` says yes to.
  template <class Wanted>
  void take(const IniSection& source, Wanted wanted) {
    std::set<std::string> added;
    for (const auto& [word, value] : source.options) {
      if (!wanted(word, value) || has(identity_of(word))) continue;
      merged_.options[word] = IniValue{value.text, value.location};
      added.insert(identity_of(word));
    }
    given_.merge(added);
  }

  [[nodiscard]] bool has(const std::string& identity) const { return given_.contains(identity); }

 private:
  IniSection& merged_;
  std::set<std::string> given_;
};

class EntryExpander {
 public:
  EntryExpander(const PipeSection& pipe, const PipeDocument& document, const OwnSections& own)
      : pipe_(pipe), document_(document), own_(own) {}

  [[nodiscard]] PipeMachinetype expand(const PipeEntry& entry) const {
    PipeMachinetype made{.entry = &entry, .name = {}, .section = {}, .found = {}};
    made.section.name = section_of_entry(pipe_, entry);
    made.section.location = {pipe_.url, 0};
    if (!entry.suffix.empty()) made.name = pipe_.prefix + "-" + entry.suffix;
    if (entry.omission) {
      const bool intended = entry.omission->kind == PipeEntry::Omission::Kind::not_for_clouds;
      tell(made, intended ? Severity::warning : Severity::error, entry.omission->remark);
      return made;
    }
    if (made.name.size() > kNameLengthMax) {
      tell(made, Severity::error, {"suffix", "makes too long a name of a machinetype", "shorten it"});
      return made;
    }
    for (const PipeRemark& remark : entry.ignored) tell(made, Severity::warning, remark);
    merge(entry, made);
    return made;
  }

 private:
  void tell(PipeMachinetype& made, Severity severity, const PipeRemark& remark) const {
    made.found.push_back(
        {severity, {pipe_.url, 0}, made.section.name, remark.option, remark.message, remark.remedy});
  }

  void merge(const PipeEntry& entry, PipeMachinetype& made) const {
    Merger merger(made.section);
    const auto own = own_.find(made.name);
    const auto explicitly = [](const std::string&, const IniValue& value) { return !value.inherited; };
    const auto shared = [](const std::string& word, const IniValue& value) {
      return !value.inherited && word != kShare && word != "vacuum_pipe_url";
    };
    const auto inherited = [](const std::string& word, const IniValue& value) {
      return value.inherited && word != kShare;
    };
    if (own != own_.end()) merger.take(*own->second, explicitly);
    merger.take(pipe_.section, shared);
    merger.take(pipe_.section, inherited);
    for (const auto& [name, option] : entry.options) {
      if (merger.has(identity_of(name))) continue;
      take_option(name, option, entry, made);
    }
  }

  void take_option(const std::string& name, const PipeOption& option, const PipeEntry& entry,
                   PipeMachinetype& made) const {
    if (option.refusal) {
      tell(made, Severity::error, {name, option.refusal->message, option.refusal->remedy});
      return;
    }
    made.section.options[name] = {name == kShare ? fmt::format("{}", part_of_share(entry)) : option.text,
                                  {pipe_.url, 0}};
  }

  [[nodiscard]] double part_of_share(const PipeEntry& entry) const {
    if (document_.total_share <= 0) return 0;
    return pipe_.target_share * (entry.target_share / document_.total_share);
  }

  const PipeSection& pipe_;
  const PipeDocument& document_;
  const OwnSections& own_;
};

}  // namespace

std::vector<PipeMachinetype> expand_pipe(const PipeSection& pipe, const PipeDocument& document,
                                         const OwnSections& own) {
  const EntryExpander expander(pipe, document, own);
  std::vector<PipeMachinetype> machinetypes;
  for (const PipeEntry& entry : document.entries) machinetypes.push_back(expander.expand(entry));
  return machinetypes;
}

std::string section_of_entry(const PipeSection& pipe, const PipeEntry& entry) {
  if (entry.suffix.empty())
    return fmt::format("vacuum_pipe {} {}, entry {}", pipe.space, pipe.prefix, entry.number);
  return fmt::format("machinetype {} {}-{}", pipe.space, pipe.prefix, entry.suffix);
}

}  // namespace vacuum
