#pragma once

#include "sim/play/scenario_text.hpp"

namespace vacuum::sim {

// Scenarios of Vcycle's unfinished version 2 in which a preemptible machinetype, whose machines fetch job
// after job for a day, gives a part of the space to another. A cycle there is a minute here, and its 1000
// processors are 200.

inline constexpr ScenarioText kTakeOver{R"ini([simulation]
title = Take-over with a quarter of an hour of grace
description = After 200 minutes the second machinetype gets 1000 jobs. Machines of the first, which would go on for a day, are told to end until the second has its half of the space.
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
job_time = 30m
jobs_per_machine = 0
boot_time = 10-20s
idle_time = 30s

[queue late]
machinetypes = test/high
jobs = 200m:1000
job_time = 11m
boot_time = 10-20s
idle_time = 30s

[expect nothing-before]
machinetype = high
measure = machines
from = 1h
until = 200m
most = 3

[expect half-of-the-space]
machinetype = high
measure = share
from = 270m
until = 5h
least = 0.4
most = 0.55

[expect some-jobs-are-longer-than-the-grace]
machinetype = low
measure = jobs_lost
from = 200m
until = 6h
least = 10
most = 90

[expect all-jobs-are-done]
machinetype = high
measure = jobs_done
least = 1000
most = 1000
)ini"};

inline constexpr ScenarioText kTakeOver5{R"ini([simulation]
title = Take-over with five minutes of grace
description = As take-over, but most jobs that the machines work on are lost.
length = 10h

)ini",
                                         kSmallSite, R"ini([machinetype test low]
target_share = 1
preemptible = True
grace_secs = 300

[machinetype test high]
target_share = 1

[queue endless]
machinetypes = test/low
jobs = endless
job_time = 30m
jobs_per_machine = 0
boot_time = 10-20s
idle_time = 30s

[queue late]
machinetypes = test/high
jobs = 200m:1000
job_time = 11m
boot_time = 10-20s
idle_time = 30s

[expect nothing-before]
machinetype = high
measure = machines
from = 1h
until = 200m
most = 3

[expect half-of-the-space]
machinetype = high
measure = share
from = 270m
until = 5h
least = 0.4
most = 0.55

[expect most-jobs-under-way-are-lost]
machinetype = low
measure = jobs_lost
from = 200m
until = 6h
least = 50
most = 110

[expect all-jobs-are-done]
machinetype = high
measure = jobs_done
least = 1000
most = 1000
)ini"};

inline constexpr ScenarioText kTakeOver60{R"ini([simulation]
title = Take-over with an hour of grace
description = As take-over: no job of half an hour is lost, for all end within the grace.
length = 10h

)ini",
                                          kSmallSite, R"ini([machinetype test low]
target_share = 1
preemptible = True
grace_secs = 3600

[machinetype test high]
target_share = 1

[queue endless]
machinetypes = test/low
jobs = endless
job_time = 30m
jobs_per_machine = 0
boot_time = 10-20s
idle_time = 30s

[queue late]
machinetypes = test/high
jobs = 200m:1000
job_time = 11m
boot_time = 10-20s
idle_time = 30s

[expect nothing-before]
machinetype = high
measure = machines
from = 1h
until = 200m
most = 3

[expect half-of-the-space-as-jobs-end]
machinetype = high
measure = share
from = 300m
until = 6h
least = 0.4
most = 0.55

[expect no-job-is-lost]
machinetype = low
measure = jobs_lost
most = 0

[expect all-jobs-are-done]
machinetype = high
measure = jobs_done
least = 1000
most = 1000
)ini"};

}  // namespace vacuum::sim
