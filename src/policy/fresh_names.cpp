#include "policy/fresh_names.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <unordered_map>
#include <vector>

namespace vacuum {
namespace {

/// New names and whose they are. The names of the fleet are looked up in the new ones, and not the other way:
/// the new ones are few. A filter on the ends of names answers nearly all look-ups without hashing the whole
/// name.
class NewNames {
 public:
  explicit NewNames(std::size_t count) : shift_(64 - std::countr_zero(std::bit_ceil(count * 64))) {
    maybe_.resize(std::size_t{1} << (64 - shift_));
    owners_.reserve(count);
  }

  /// Whether it was new.
  bool add(const std::string& name, std::size_t owner) {
    maybe_[slot(name)] = true;
    return owners_.emplace(name, owner).second;
  }
  [[nodiscard]] const std::size_t* owner_of(const std::string& name) const {
    if (!maybe_[slot(name)]) return nullptr;
    const auto found = owners_.find(name);
    return found == owners_.end() ? nullptr : &found->second;
  }
  void remove(const std::string& name) { owners_.erase(name); }

 private:
  [[nodiscard]] std::size_t slot(const std::string& name) const {
    std::uint64_t tail = 0;
    const std::size_t length = std::min(name.size(), sizeof tail);
    std::memcpy(&tail, name.data() + name.size() - length, length);
    return (tail * 0x9e3779b97f4a7c15U) >> shift_;  // Fibonacci hashing: the highest bits depend on all
  }

  int shift_;
  std::vector<bool> maybe_;
  std::unordered_map<std::string, std::size_t> owners_;
};

void draw(CreateMachine& creation, std::size_t index, const SpaceSettings& settings, RandomStream& random,
          NewNames& names) {
  const MachinetypeName& type = settings.machinetypes[position(creation.machinetype)].name;
  do {
    creation.name = make_machine_name(type, random.letters_and_digits(kMachineNameRandomLength));
  } while (!names.add(creation.name.text(), index));
}

}  // namespace

void give_fresh_names(std::span<CreateMachine> creations, const Fleet& fleet, const SpaceSettings& settings,
                      RandomStream& random) {
  if (creations.empty()) return;
  NewNames names(creations.size());
  for (std::size_t i = 0; i < creations.size(); ++i) draw(creations[i], i, settings, random, names);
  for (bool clashed = true; clashed;) {
    clashed = false;
    for (const Machine& machine : fleet.machines) {
      const std::size_t* owner = names.owner_of(machine.name.text());
      if (!owner) continue;
      const std::size_t index = *owner;
      names.remove(machine.name.text());
      draw(creations[index], index, settings, random, names);
      clashed = true;  // the new draw was not compared with those before
    }
  }
}

}  // namespace vacuum
