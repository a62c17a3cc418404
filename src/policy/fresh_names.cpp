#include "policy/fresh_names.hpp"

#include <string>
#include <unordered_map>

namespace vacuum {
namespace {

/// New names and whose they are. Looked up by every name of the fleet, and not the other way: the new ones
/// are few.
using NewNames = std::unordered_map<std::string, std::size_t>;

void draw(CreateMachine& creation, std::size_t index, const SpaceSettings& settings, RandomStream& random,
          NewNames& names) {
  const MachinetypeName& type = settings.machinetypes[position(creation.machinetype)].name;
  do {
    creation.name = make_machine_name(type, random.letters_and_digits(kMachineNameRandomLength));
  } while (!names.emplace(creation.name.text(), index).second);
}

}  // namespace

void give_fresh_names(std::span<CreateMachine> creations, const Fleet& fleet, const SpaceSettings& settings,
                      RandomStream& random) {
  if (creations.empty()) return;
  NewNames names;
  names.reserve(creations.size());
  for (std::size_t i = 0; i < creations.size(); ++i) draw(creations[i], i, settings, random, names);
  for (bool clashed = true; clashed;) {
    clashed = false;
    for (const Machine& machine : fleet.machines) {
      const auto taken = names.find(machine.name.text());
      if (taken == names.end()) continue;
      const std::size_t index = taken->second;
      names.erase(taken);
      draw(creations[index], index, settings, random, names);
      clashed = true;  // the new draw was not compared with those before
    }
  }
}

}  // namespace vacuum
