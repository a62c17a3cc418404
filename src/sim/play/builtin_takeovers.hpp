#pragma once

#include "sim/play/scenario_text.hpp"

namespace vacuum::sim {

// Scenarios of Vcycle's unfinished version 2 in which one machinetype takes over a part of the space of
// another. A cycle there is a minute here, and its 1000 processors are 200.

inline constexpr ScenarioText kNonPreemptible{R"ini([simulation]
title = Take-over without preemption
description = After 200 minutes the second machinetype gets 1000 jobs. Machines of the first finish their jobs of two hours, and their places go to the second until the shares are reached.
length = 10h

)ini",
                                              kSmallSite, R"ini([machinetype test low]
target_share = 1

[machinetype test high]
target_share = 1

[queue endless]
machinetypes = test/low
jobs = endless
job_time = 2h
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

[expect half-in-the-end]
machinetype = high
measure = most_machines
from = 4h
until = 7h
least = 90
most = 110

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

inline constexpr ScenarioText kPartial{R"ini([simulation]
title = Partial take-over
description = After 200 minutes the second machinetype gets 100 jobs, less than its share would do: the first, which is preemptible, gives a part of the space for a while, then has it again.
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
boot_time = 10-20s
idle_time = 30s

[queue late]
machinetypes = test/high
jobs = 200m:100
job_time = 11m
boot_time = 10-20s
idle_time = 30s

[expect a-part]
machinetype = high
measure = most_machines
from = 200m
until = 6h
least = 20
most = 110

[expect all-jobs-are-done]
machinetype = high
measure = jobs_done
least = 100
most = 100

[expect the-first-has-the-space-again]
machinetype = low
measure = machines
from = 8h
least = 165
)ini"};

inline constexpr ScenarioText kTwoHighPriority{R"ini([simulation]
title = Two high priorities
description = Shares of 1, 0.6 and 0.4. After 200 minutes the two smaller ones get work out of one queue: they take over half of the space together, in the ratio of their shares.
length = 10h

)ini",
                                               kSmallSite, R"ini([machinetype test low]
target_share = 1
preemptible = True
grace_secs = 900

[machinetype test high-1]
target_share = 0.6

[machinetype test high-2]
target_share = 0.4

[queue endless]
machinetypes = test/low
jobs = endless
job_time = 30m
boot_time = 10-20s
idle_time = 30s

[queue late]
machinetypes = test/high-1 test/high-2
jobs = 200m:1500
job_time = 11m
boot_time = 10-20s
idle_time = 30s

[expect first-share]
machinetype = high-1
measure = share
from = 260m
until = 320m
least = 0.24
most = 0.36

[expect second-share]
machinetype = high-2
measure = share
from = 260m
until = 320m
least = 0.15
most = 0.25
)ini"};

}  // namespace vacuum::sim
