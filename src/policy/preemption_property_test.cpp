#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

#include "policy/plan.hpp"
#include "policy/testing/random_scene.hpp"

namespace vacuum {
namespace {

using testing::all_of;
using testing::random_scene;
using testing::Scene;

std::vector<AnnounceShutdown> preemptions(const Plan& plan) {
  auto told = all_of<AnnounceShutdown>(plan);
  std::erase_if(told, [](const AnnounceShutdown& one) { return one.cause != ShutdownCause::preemption; });
  return told;
}

/// A space that is full or nearly so: up to four machinetypes of any share, some preemptible, machines of one
/// processor of any age, some of them leaving.
Scene full_space(std::uint64_t seed) {
  RandomStream random(seed);
  Scene scene;
  for (int i = static_cast<int>(random.below(3)) + 1; i > 0; --i)
    scene.add_type("type-" + std::to_string(i), static_cast<double>(random.below(4)));
  for (MachinetypeSettings& type : scene.settings.machinetypes) {
    if (random.below(3) != 0)
      type.preemptible_grace = Seconds{static_cast<std::int64_t>(300 * (1 + random.below(3)))};
    if (random.below(4) == 0) type.processors_limit = static_cast<int>(random.below(20));
  }
  const std::size_t types = scene.settings.machinetypes.size();
  for (std::size_t i = 0; i < types; ++i) {
    if (random.below(4) == 0) scene.abort(static_cast<std::int64_t>(random.below(1200)), i);
    const bool held = random.below(6) == 0;
    scene.holds.push_back(held ? std::optional(MachinetypeHold{WaitReason::draining, "words"})
                               : std::nullopt);
  }
  const int machines = static_cast<int>(random.below(60));
  for (int i = 0; i < machines; ++i) {
    const auto state = random.below(8) == 0 ? MachineState::starting : MachineState::running;
    Machine& machine = scene.add(state, std::min(random.below(types), random.below(types)));
    if (machine.started) machine.started = scene.ago(static_cast<std::int64_t>(random.below(4000)));
    if (random.below(10) == 0) machine.deleted = scene.ago(20);
    if (random.below(10) == 0)
      machine.shutdown_time = scene.now + Seconds{static_cast<std::int64_t>(random.below(2000) + 1)};
  }
  scene.settings.processors_limit = machines + static_cast<int>(random.below(4));
  scene.settings.max_created_percent = random.below(2) == 0 ? 100 : 10;
  return scene;
}

template <class Property>
void holds_for_full_spaces(Property property) {
  const bool holds = rc::check([&](std::uint64_t seed) {
    const Scene scene = full_space(seed);
    property(scene, scene.plan(seed));
  });
  EXPECT_TRUE(holds);
}

/// Weights of machinetypes: of all machines, and of those that stay after the plan.
struct Weights {
  Weights(const Scene& scene, const Plan& plan) : all(scene.settings.machinetypes.size()), staying(all) {
    std::set<std::size_t> ending;
    for (const auto& one : all_of<AnnounceShutdown>(plan)) ending.insert(one.machine);
    for (const auto& one : all_of<DeleteMachine>(plan)) ending.insert(one.machine);
    for (std::size_t i = 0; i < scene.fleet.machines.size(); ++i) {
      const Machine& machine = scene.fleet.machines[i];
      ++all[position(*machine.machinetype)];
      const bool leaves = ending.contains(i) || machine.deleted || machine.shutdown_time;
      staying[position(*machine.machinetype)] += leaves ? 0 : 1;
    }
    double sum = 0;
    double shares = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const MachinetypeSettings& type = scene.settings.machinetypes[i];
      shares += type.target_share;
      if (type.target_share > 0 || type.preemptible_grace) sum += all[i];
    }
    for (const MachinetypeSettings& type : scene.settings.machinetypes)
      fair.push_back(shares > 0 ? sum * type.target_share / shares : 0);
  }
  std::vector<double> all;
  std::vector<double> staying;
  std::vector<double> fair;
};

/// Whether a machinetype may be preempted for.
bool may_gain(const Scene& scene, const Plan& plan, std::size_t index) {
  if (scene.holds[index] || scene.settings.machinetypes[index].target_share <= 0) return false;
  const auto& abort = scene.fleet.last_aborts[index];
  const bool judged_now = std::ranges::any_of(all_of<MarkStopped>(plan), [&](const MarkStopped& stopped) {
    return stopped.verdict == Verdict::abort &&
           scene.fleet.machines[stopped.machine].machinetype == MachinetypeIndex(index);
  });
  return !judged_now && (!abort || abort->time <= scene.ago(900));
}

TEST(PreemptionPropertyTest, NobodyIsPreemptedBelowItsOwnShare) {
  holds_for_full_spaces([](const Scene& scene, const Plan& plan) {
    const Weights weights(scene, plan);
    for (const auto& one : preemptions(plan)) {
      const std::size_t type = position(*scene.fleet.machines[one.machine].machinetype);
      // Machines with an end further ahead than the grace stay; they are not counted here.
      const double later_ends =
          static_cast<double>(std::ranges::count_if(scene.fleet.machines, [&](const Machine& machine) {
            return machine.machinetype == MachinetypeIndex(static_cast<std::uint32_t>(type)) &&
                   machine.shutdown_time && *machine.shutdown_time > scene.now + Seconds{360};
          }));
      RC_ASSERT(weights.staying[type] + later_ends >= weights.fair[type] - 1e-6);
    }
  });
}

TEST(PreemptionPropertyTest, SomebodyWhoFindsWorkAndIsBelowItsShareGainsByEachPreemption) {
  holds_for_full_spaces([](const Scene& scene, const Plan& plan) {
    if (preemptions(plan).empty()) return;
    const Weights weights(scene, plan);
    bool somebody = false;
    for (std::size_t i = 0; i < weights.all.size(); ++i)
      somebody = somebody || (may_gain(scene, plan, i) && weights.staying[i] + 1 <= weights.fair[i] + 1e-6);
    RC_ASSERT(somebody);
  });
}

TEST(PreemptionPropertyTest, NoMoreArePreemptedThanAreMissing) {
  holds_for_full_spaces([](const Scene& scene, const Plan& plan) {
    const Weights weights(scene, plan);
    double missing = 0;
    for (std::size_t i = 0; i < weights.all.size(); ++i) {
      if (may_gain(scene, plan, i)) missing += std::max(0.0, weights.fair[i] - weights.staying[i]);
    }
    RC_ASSERT(static_cast<double>(preemptions(plan).size()) <= missing + 1e-6);
  });
}

TEST(PreemptionPropertyTest, WhoWasToldIsNeitherToldAgainNorIsAnybodyElseForTheSame) {
  holds_for_full_spaces([](const Scene& scene, const Plan& plan) {
    Scene after = scene;
    std::set<std::size_t> told;
    Plan next = plan;
    const Weights weights(scene, plan);
    double missing = 0;
    for (std::size_t i = 0; i < weights.all.size(); ++i) {
      if (may_gain(scene, plan, i)) missing += std::max(0.0, weights.fair[i] - weights.staying[i]);
    }
    for (int cycle = 0; cycle < 12; ++cycle) {
      for (const auto& one : preemptions(next)) {
        RC_ASSERT(told.insert(one.machine).second);
        after.fleet.machines[one.machine].shutdown_time = one.shutdown_time;
      }
      next = after.plan(7);
    }
    RC_ASSERT(static_cast<double>(told.size()) <= missing + 1e-6);
    RC_ASSERT(preemptions(next).empty());
  });
}

TEST(PreemptionPropertyTest, NobodyYoungNobodyUnpreemptibleAndNobodyWithoutItsGraceIsTold) {
  const bool holds = rc::check([](std::uint64_t seed) {
    const Scene scene = random_scene(seed, *rc::gen::inRange(0, 60));
    for (const auto& one : preemptions(scene.plan(seed))) {
      const Machine& machine = scene.fleet.machines[one.machine];
      const MachinetypeSettings& type = scene.settings.machinetypes[position(*machine.machinetype)];
      RC_ASSERT(type.preemptible_grace.has_value());
      RC_ASSERT(machine.state == MachineState::running && *machine.started <= scene.now - type.fizzle);
      RC_ASSERT(one.shutdown_time >= scene.now + *type.preemptible_grace);
      RC_ASSERT(one.shutdown_time >= scene.now + machine.promised_grace.value_or(Seconds{0}));
    }
  });
  EXPECT_TRUE(holds);
}

TEST(PreemptionPropertyTest, FullSpacesAreOftenEnoughPreempted) {
  int preempting = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Scene scene = full_space(seed);
    preempting += preemptions(scene.plan(seed)).empty() ? 0 : 1;
  }
  EXPECT_GT(preempting, 30) << "else the properties above say nothing";
}

}  // namespace
}  // namespace vacuum
