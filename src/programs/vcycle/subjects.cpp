#include "programs/vcycle/subjects.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "programs/vcycle/state_view.hpp"

namespace vacuum {
namespace {

constexpr std::size_t kShownMax = 8;

/// The words that mean a subject, the fullest first.
std::vector<std::string> words_of(const Subject& subject) {
  switch (subject.kind) {
    case Subject::Kind::space:
      return {subject.space.text(), subject.space.text() + "/"};
    case Subject::Kind::machinetype:
      return {subject.text(), subject.machinetype.text()};
    case Subject::Kind::machine:
      return {subject.machine, subject.machine.substr(kMachineNamePrefix.size())};
  }
  return {};
}

template <class Matches>
std::vector<Subject> all_that(const std::vector<Subject>& known, Matches matches) {
  std::set<Subject> found;
  for (const Subject& subject : known) {
    if (std::ranges::any_of(words_of(subject), matches)) found.insert(subject);
  }
  std::vector<Subject> list(found.begin(), found.end());
  // A name that a gone machine had before is the living one's.
  std::erase_if(list, [&](const Subject& one) {
    Subject living = one;
    living.place = MachineFolder::Place::current;
    return one.place == MachineFolder::Place::deleted && found.contains(living);
  });
  return list;
}

std::string list_of(const std::vector<Subject>& subjects) {
  std::vector<std::string> names;
  for (const Subject& subject : subjects) {
    if (names.size() == kShownMax) break;
    names.push_back(subject.text());
  }
  const std::size_t more = subjects.size() - names.size();
  return join(names, ", ") + (more > 0 ? fmt::format(" and {} more", more) : "");
}

std::string unknown(const std::vector<Subject>& known, std::string_view word) {
  std::vector<std::string> words;
  for (const Subject& subject : known) {
    for (std::string& one : words_of(subject)) words.push_back(std::move(one));
  }
  const auto near = nearest_word(word, words);
  const std::string suggestion = near ? fmt::format("; did you mean {}?", *near) : std::string();
  return fmt::format("'{}' is no machine, machinetype or space that is known here{}", printable(word),
                     suggestion);
}

}  // namespace

std::string Subject::text() const {
  switch (kind) {
    case Kind::space:
      return space.text();
    case Kind::machinetype:
      return fmt::format("{}/{}", space, machinetype);
    case Kind::machine:
      return machine;
  }
  return {};
}

Subject machine_subject(const SpaceName& space, std::string name, MachineFolder::Place place) {
  const auto type = machinetype_of(MachineName{name}).value_or(MachinetypeName{});
  return {Subject::Kind::machine, space, type, std::move(name), place};
}

std::vector<Subject> known_pools(const DiskPlaces& places) {
  std::set<Subject> pools;
  for (const SpaceView& view : read_space_views({.places = places, .space = std::nullopt})) {
    pools.insert({.kind = Subject::Kind::space, .space = view.name});
    if (!view.status) continue;
    for (const MachinetypeStatus& type : view.status->machinetypes) {
      pools.insert({.kind = Subject::Kind::machinetype, .space = view.name, .machinetype = type.plan.name});
    }
  }
  // What is configured and had no cycle yet. Errors are for 'vcycle check'.
  for (const SpaceConfiguration& space : DiskConfiguration(places).load().spaces) {
    pools.insert({.kind = Subject::Kind::space, .space = space.settings.name});
    for (const MachinetypeSettings& type : space.settings.machinetypes) {
      pools.insert(
          {.kind = Subject::Kind::machinetype, .space = space.settings.name, .machinetype = type.name});
    }
  }
  return {pools.begin(), pools.end()};
}

std::vector<Subject> known_machines(const DiskPlaces& places, const std::vector<Subject>& pools) {
  std::vector<Subject> machines;
  for (const Subject& pool : pools) {
    if (pool.kind != Subject::Kind::space) continue;
    const MachineFolders folders(places.state_directory, pool.space);
    for (const auto place : {MachineFolder::Place::current, MachineFolder::Place::deleted}) {
      auto names = folders.names(place);
      if (!names) continue;
      for (std::string& name : *names)
        machines.push_back(machine_subject(pool.space, std::move(name), place));
    }
  }
  return machines;
}

Result<Subject, std::string> find_subject(const std::vector<Subject>& known, std::string_view word,
                                          Completion completion) {
  if (word.empty()) return Failure{std::string("name a machine, a machinetype or a space")};
  auto matches = all_that(known, [&](const std::string& name) { return name == word; });
  if (matches.size() == 1) return std::move(matches.front());
  if (matches.size() > 1) {
    return Failure{fmt::format("'{}' is the name of several: {}", printable(word), list_of(matches))};
  }
  const bool is_whole_path =
      word.find('/') != std::string_view::npos;  // else SPACE/… is none of a space's rivals
  matches = all_that(known, [&](const std::string& name) {
    return name.starts_with(word) && (is_whole_path || name.find('/') == std::string::npos);
  });
  if (matches.empty()) return Failure{unknown(known, word)};
  if (completion == Completion::exact) {
    return Failure{
        fmt::format("'{}' is not a whole name; did you mean {}?", printable(word), list_of(matches))};
  }
  if (matches.size() == 1) return std::move(matches.front());
  return Failure{fmt::format("'{}' is the beginning of several: {}", printable(word), list_of(matches))};
}

}  // namespace vacuum
