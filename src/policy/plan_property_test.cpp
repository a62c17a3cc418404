#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

#include "policy/plan.hpp"
#include "policy/plan_lint.hpp"
#include "policy/testing/random_scene.hpp"

namespace vacuum {
namespace {

using testing::all_of;
using testing::created;
using testing::random_scene;
using testing::Scene;

/// States a property of the plans of random spaces.
template <class Property>
void holds_for_any_space(Property property) {
  const bool holds = rc::check([&](std::uint64_t seed) {
    const int machines = *rc::gen::inRange(0, 60);
    const Scene scene = random_scene(seed, machines);
    property(scene, scene.plan(seed));
  });
  EXPECT_TRUE(holds);
}

std::string text_of(const Plan& plan) {
  std::string text;
  for (const Action& action : plan.actions) text += fmt::format("{};", action.index());
  for (const auto& one : all_of<CreateMachine>(plan)) {
    text += fmt::format("{} {} {};", one.name, one.flavor.name, one.zone ? one.zone->text() : "-");
  }
  for (const auto& type : plan.machinetypes) text += type.why;
  return text;
}

TEST(PlanPropertyTest, NoPlanHasAFaultThatTheLinterKnows) {
  holds_for_any_space([](const Scene& scene, const Plan& plan) {
    const auto findings = plan_lint(scene.input(), plan);
    if (!findings.empty()) RC_FAIL(findings.front());
  });
}

TEST(PlanPropertyTest, TheSameSeedGivesTheSamePlan) {
  holds_for_any_space([](const Scene& scene, const Plan& plan) {
    RandomStream one(3);
    RandomStream two(3);
    RC_ASSERT(text_of(vacuum::plan(scene.input(), one)) == text_of(vacuum::plan(scene.input(), two)));
    RC_ASSERT(plan.machinetypes.size() == scene.settings.machinetypes.size());
  });
}

TEST(PlanPropertyTest, ChanceDecidesOnlyWhatIsCreated) {
  holds_for_any_space([](const Scene& scene, const Plan& plan) {
    const Plan other = scene.plan(12345);
    RC_ASSERT(plan.actions.size() - all_of<CreateMachine>(plan).size() ==
              other.actions.size() - all_of<CreateMachine>(other).size());
    RC_ASSERT(plan.held_deletions.size() == other.held_deletions.size());
  });
}

TEST(PlanPropertyTest, ProcessorsNeverPassTheLimitBecauseOfAPlan) {
  holds_for_any_space([](const Scene&, const Plan& plan) {
    int added = 0;
    for (const auto& one : all_of<CreateMachine>(plan)) added += one.flavor.processors;
    const bool kept = !plan.processors_limit || plan.processors_in_space + added <= *plan.processors_limit;
    RC_ASSERT(kept || added == 0);
  });
}

TEST(PlanPropertyTest, AYoungRunningMachineIsNeverDeletedButAtAShutdownTimeOrByAnOperator) {
  holds_for_any_space([](const Scene& scene, const Plan& plan) {
    for (const auto& deletion : all_of<DeleteMachine>(plan)) {
      const Machine& machine = scene.fleet.machines[deletion.machine];
      const bool young = machine.started && *machine.started > scene.ago(300);
      if (machine.state == MachineState::running && young)
        RC_ASSERT(deletion.reason == DeleteReason::shutdown_time ||
                  (deletion.reason == DeleteReason::operator_asked && machine.deletion_order));
    }
  });
}

TEST(PlanPropertyTest, BackOffMeansNoCreation) {
  holds_for_any_space([](const Scene& scene, const Plan& plan) {
    for (std::size_t i = 0; i < plan.machinetypes.size(); ++i) {
      const auto& abort = scene.fleet.last_aborts[i];
      if (abort && abort->time > scene.ago(600)) RC_ASSERT(created(plan, i) == 0);
      if (abort && abort->time > scene.ago(900)) RC_ASSERT(created(plan, i) <= 1);
    }
  });
}

TEST(PlanPropertyTest, WhoeverGetsNothingMoreIsToldWhy) {
  holds_for_any_space([](const Scene&, const Plan& plan) {
    for (const MachinetypePlan& type : plan.machinetypes)
      RC_ASSERT(type.wait != WaitReason::none && !type.why.empty());
  });
}

TEST(PlanPropertyTest, WhatIsOverIsDeletedOrHeldUnlessItsDeletionWasAskedForLately) {
  holds_for_any_space([](const Scene& scene, const Plan& plan) {
    std::set<std::size_t> handled;
    for (const auto& one : all_of<DeleteMachine>(plan)) handled.insert(one.machine);
    for (const auto& one : plan.held_deletions) handled.insert(one.machine);
    for (std::size_t i = 0; i < scene.fleet.machines.size(); ++i) {
      const Machine& machine = scene.fleet.machines[i];
      const bool asked_anew =
          machine.deleted && machine.deletion_order && machine.deletion_order->since > *machine.deleted;
      const bool asked = machine.deleted && *machine.deleted >= scene.ago(3600) && !asked_anew;
      const bool refused = machine.delete_retry_at && *machine.delete_retry_at > scene.now;
      if (is_over(machine.state)) RC_ASSERT(handled.contains(i) == !(asked || refused));
    }
  });
}

TEST(PlanPropertyTest, AnOperatorsHoldKeepsEveryMachine) {
  holds_for_any_space([](const Scene& scene, const Plan& plan) {
    if (scene.fleet.deletions_held) RC_ASSERT(all_of<DeleteMachine>(plan).empty());
  });
}

TEST(PlanPropertyTest, WhatAnOperatorWantsDeletedIsDeletedOrHeldAndMakesNothingBackOff) {
  holds_for_any_space([](const Scene& scene, const Plan& plan) {
    std::set<std::size_t> handled;
    for (const auto& one : all_of<DeleteMachine>(plan)) handled.insert(one.machine);
    for (const auto& one : plan.held_deletions) handled.insert(one.machine);
    for (const auto& one : all_of<MarkStopped>(plan)) {
      const Machine& machine = scene.fleet.machines[one.machine];
      if (machine.deletion_order && machine.deleted) RC_ASSERT(one.verdict == Verdict::no_verdict);
    }
    for (std::size_t i = 0; i < scene.fleet.machines.size(); ++i) {
      const Machine& machine = scene.fleet.machines[i];
      const bool listed = machine.state != MachineState::unlisted;
      if (listed && machine.deletion_order && !machine.deleted && !machine.delete_retry_at)
        RC_ASSERT(handled.contains(i));
    }
  });
}

TEST(PlanPropertyTest, NothingIsCreatedThatIsOnHold) {
  holds_for_any_space([](const Scene& scene, const Plan& plan) {
    for (std::size_t i = 0; i < plan.machinetypes.size(); ++i) {
      if (hold_of(scene.input(), i) != nullptr) RC_ASSERT(created(plan, i) == 0);
    }
  });
}

TEST(PlanPropertyTest, EveryListedVmWithoutARecordIsAdopted) {
  holds_for_any_space([](const Scene& scene, const Plan& plan) {
    const auto expected = std::ranges::count_if(scene.fleet.machines, [](const Machine& machine) {
      return machine.record == RecordState::absent && machine.state != MachineState::unlisted;
    });
    RC_ASSERT(all_of<AdoptMachine>(plan).size() == static_cast<std::size_t>(expected));
  });
}

TEST(PlanPropertyTest, ASpaceWithoutObstaclesFillsToItsLimitInTheEnd) {
  const bool holds = rc::check([](std::uint64_t seed) {
    Scene scene;
    scene.settings.processors_limit = *rc::gen::inRange(1, 80);
    scene.add_type("test", 2);
    for (int cycle = 0; cycle < 12; ++cycle) {
      for (const auto& one : all_of<CreateMachine>(scene.plan(seed + static_cast<std::uint64_t>(cycle)))) {
        scene.add(MachineState::running, position(one.machinetype));
      }
    }
    RC_ASSERT(static_cast<int>(scene.fleet.machines.size()) == *scene.settings.processors_limit);
    const auto of_test = std::ranges::count(scene.fleet.machines, MachinetypeIndex{1}, &Machine::machinetype);
    RC_ASSERT(std::abs(of_test * 3 - *scene.settings.processors_limit * 2) <= 3);
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace vacuum
