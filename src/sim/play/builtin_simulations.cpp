#include "sim/play/builtin_simulations.hpp"

#include <algorithm>
#include <array>

#include "sim/play/builtin_preemptions.hpp"
#include "sim/play/builtin_takeovers.hpp"

namespace vacuum::sim {
namespace {

constexpr ScenarioText kNothing{R"ini([simulation]
title = Nothing to do
description = One machinetype has work for ever, the other with the same share never has any: it gets probes alone, and the first has the space.
length = 10h

)ini",
                                kSmallSite, R"ini([machinetype test low]
target_share = 1
preemptible = True
grace_secs = 900

[machinetype test high]
target_share = 1

[queue endless]
machinetypes = test/low
jobs = endless
job_time = 11m
boot_time = 10-20s
idle_time = 30s

[queue empty]
machinetypes = test/high
jobs = 0:0
job_time = 11m
boot_time = 10-20s
idle_time = 30s

[expect work-has-the-space]
machinetype = low
measure = machines
from = 2h
least = 140

[expect probes-alone]
machinetype = high
measure = machines
from = 2h
most = 2

[expect little-is-wasted]
machinetype = high
measure = no_work
least = 10
most = 110
)ini"};

constexpr ScenarioText kTest{R"ini([simulation]
title = Batches for one machinetype
description = Ten processors; 10 jobs at once, 5 after ten minutes, 10 after half an hour. All are done, and then only probes look for work.
length = 6h

[DEFAULT]
backoff_seconds = 600
fizzle_seconds = 600
root_image = image:simulated
user_data = simulated

[space test]
api = openstack
processors_limit = 10
flavor_names = one

[cloud test]
flavors = one:1:2048
schedule_time = 1-3s
build_time = 5-15s
delete_time = 2-5s

[machinetype test one]
target_share = 1

[queue batches]
machinetypes = test/one
jobs = 0:10 10m:5 30m:10
job_time = 11m
boot_time = 10-20s
idle_time = 30s

[expect all-jobs-are-done]
machinetype = one
measure = jobs_done
until = 6h
least = 25
most = 25

[expect probes-alone-afterwards]
machinetype = one
measure = most_machines
from = 3h
until = 6h
most = 2
)ini"};

constexpr ScenarioText kTrickle{R"ini([simulation]
title = A trickle of work
description = One machinetype has work for ever; the other gets a job a minute, far below its share.
length = 10h

)ini",
                                kSmallSite, R"ini([machinetype test low]
target_share = 1
preemptible = True
grace_secs = 900

[machinetype test high]
target_share = 1

[queue endless]
machinetypes = test/low
jobs = endless
job_time = 11m
boot_time = 10-20s
idle_time = 30s

[queue trickle]
machinetypes = test/high
jobs_per_hour = 60
job_time = 11m
boot_time = 10-20s
idle_time = 30s

[expect work-has-most-of-the-space]
machinetype = low
measure = machines
from = 2h
least = 120

[expect the-trickle-is-worked-on]
machinetype = high
measure = jobs_done
least = 150
)ini"};

constexpr ScenarioText kWeek{R"ini([simulation]
title = A week at a site
description = Two hundred processors for three experiments with the same share: one always has work, one sends 400 jobs every 12 hours, and one has none for two days.
length = 7d

[DEFAULT]
backoff_seconds = 600
fizzle_seconds = 600
root_image = image:simulated
user_data = simulated

[space test]
api = openstack
processors_limit = 200
flavor_names = one eight

[cloud test]
flavors = one:1:2048 eight:8:16384
failed_builds = 0.01

[machinetype test steady]
target_share = 1
min_processors = 8

[machinetype test waves]
target_share = 1

[machinetype test pauses]
target_share = 1

[queue steady]
machinetypes = test/steady
jobs = endless
job_time = 2h-6h
boot_time = 10-20s
idle_time = 30s
jobs_per_machine = 0

[queue waves]
machinetypes = test/waves
burst = 400 every 12h
job_time = 1h-3h
boot_time = 10-20s
idle_time = 30s
failures = 0.02

[queue pauses]
machinetypes = test/pauses
jobs_per_hour = 40
pauses = 2d-4d
job_time = 1h-2h
boot_time = 10-20s
idle_time = 30s
crashes = 0.01

[expect steady-takes-what-others-leave]
machinetype = steady
measure = share
from = 54h
until = 4d
least = 0.4

[expect waves-get-their-share]
machinetype = waves
measure = jobs_done
until = 7d
least = 3000
)ini"};

constexpr ScenarioText kHundredThousand{R"ini([simulation]
title = A hundred thousand machines
description = Ten managers of one space for a month. Two experiments always have work, one sends 150000 jobs every 36 hours, one has none for three days, and one has a few jobs an hour.
length = 30d
cycle = 1h
managers = 10
lease = 10m

[DEFAULT]
backoff_seconds = 14400
fizzle_seconds = 7200
max_wallclock_seconds = 259200
root_image = image:simulated
user_data = simulated

[space large]
api = openstack
processors_limit = 100000
flavor_names = one
complete_listing_seconds = 3600

[cloud large]
flavors = one:1:2048
schedule_time = 5-20s
build_time = 1m-4m
delete_time = 10s-1m
failed_builds = 0.002

[machinetype large steady]
target_share = 40

[machinetype large simulation]
target_share = 25

[machinetype large waves]
target_share = 25

[machinetype large pauses]
target_share = 9

[machinetype large trickle]
target_share = 1

[queue endless]
machinetypes = large/steady large/simulation
jobs = endless
job_time = 8h-24h
jobs_per_machine = 0

[queue waves]
machinetypes = large/waves
burst = 150000 every 36h
job_time = 3h-9h
jobs_per_machine = 0

[queue pauses]
machinetypes = large/pauses
jobs_per_hour = 1000
pauses = 10d-13d
job_time = 6h-12h
jobs_per_machine = 0
crashes = 0.001

[queue trickle]
machinetypes = large/trickle
jobs_per_hour = 30
job_time = 3h-6h

[expect the-space-is-full]
measure = machines
from = 3d
least = 90000
most = 100000

[expect steady-has-its-share]
machinetype = steady
measure = share
from = 3d
least = 0.38

[expect the-trickle-is-worked-on]
machinetype = trickle
measure = jobs_done
least = 15000
)ini"};

constexpr std::array kSimulations{
    BuiltinSimulation{"hundred-thousand", kHundredThousand, BuiltinSimulation::Effort::minutes},
    BuiltinSimulation{"non-preemptible", kNonPreemptible},
    BuiltinSimulation{"nothing", kNothing},
    BuiltinSimulation{"partial", kPartial},
    BuiltinSimulation{"take-over", kTakeOver},
    BuiltinSimulation{"take-over-5", kTakeOver5},
    BuiltinSimulation{"take-over-60", kTakeOver60},
    BuiltinSimulation{"test", kTest},
    BuiltinSimulation{"trickle", kTrickle},
    BuiltinSimulation{"two-high-priority", kTwoHighPriority},
    BuiltinSimulation{"week", kWeek},
};

}  // namespace

std::span<const BuiltinSimulation> builtin_simulations() {
  return kSimulations;
}

std::string find_builtin_simulation(std::string_view name) {
  const auto found = std::ranges::find(kSimulations, name, &BuiltinSimulation::name);
  return found == kSimulations.end() ? std::string() : found->text.whole();
}

}  // namespace vacuum::sim
