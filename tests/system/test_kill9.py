"""kill -9 at any moment of a ramp-up, a hundred times over, on a cloud that loses answers and fails at random.

In the end the number of VMs equals the limit, none is leaked or doubled, and the limit was never passed.
VACUUM_SEED=N repeats a run; the seed is printed.
"""
import os
import random
import time
import unittest

from harness import SystemTest, configuration, wait_until

KILLS = int(os.environ.get("VACUUM_KILLS", "100"))
LIMIT = 500
MACHINETYPES = {"prod": {}, "user": {"target_share": 2}, "test": {"target_share": 0.5}}

SCENARIO = {
    "cloud": {"projects": [{"name": "demo", "quota": {"cores": LIMIT + 20, "instances": -1, "ram_mb": -1}}],
              "schedule_seconds": [0, 0.1], "build_seconds": [0.1, 0.5], "delete_seconds": [0.1, 0.5]},
    "machinetypes": {name: {"boot_seconds": [0.1, 0.5], "work_seconds": 100000} for name in MACHINETYPES},
}
FAULTS = {
    "latency_ms": [5, 50],
    "requests": [{"kind": "lost_answer", "method": "POST", "path": "/compute/v2.1/servers", "rate": 0.15},
                 {"kind": "dropped", "rate": 0.02},
                 {"kind": "error", "status": 500, "rate": 0.03},
                 {"kind": "error", "status": 503, "rate": 0.03},
                 {"kind": "truncated", "rate": 0.02}],
}


class Kill9(SystemTest):
    def test_loses_doubles_and_exceeds_nothing(self):
        seed = int(os.environ.get("VACUUM_SEED", random.randrange(1 << 31)))
        print(f"seed {seed} (VACUUM_SEED={seed} repeats this run)", flush=True)
        choose = random.Random(seed)
        cloud = self.cloudbox(SCENARIO, "--seed", seed)
        # A run does one cycle at the most, and that a hundredth of the ramp: every kill falls into it.
        self.configure(configuration(cloud.url, MACHINETYPES, processors_limit=LIMIT, max_created_percent=1))
        cloud.faults(**FAULTS)
        for kill in range(KILLS):
            daemon = self.vcycled("--cycle-seconds", 60, "--seed", seed + kill)
            time.sleep(choose.uniform(0.01, 0.7))
            self.assertIsNone(daemon.process.poll(), "vcycled ended by itself")
            daemon.kill9()
            self.started.remove(daemon)
            state = cloud.state()
            self.assertLessEqual(state["most_processors_in_use"], LIMIT)
        reached = cloud.state()["total"]
        print(f"{KILLS} kills; {reached} of {LIMIT} VMs by then", flush=True)
        self.check_it_settles(cloud)

    def check_it_settles(self, cloud):
        self.configure(configuration(cloud.url, MACHINETYPES, processors_limit=LIMIT, max_created_percent=10))
        daemon = self.vcycled("--cycle-seconds", 0.2)
        wait_until(lambda: cloud.state()["total"] == LIMIT, 90, "the limit is reached in spite of the faults")
        cloud.faults(latency_ms=0, requests=[])
        names = lambda: sorted(server["name"] for server in cloud.call("GET", "/cloudbox/servers")["servers"])
        wait_until(lambda: names() == self.records(), 60, "every VM has its record and every record its VM")
        state = cloud.state()
        self.assertEqual(state["total"], LIMIT)
        self.assertEqual(state["most_processors_in_use"], LIMIT)
        self.assertEqual(state["doubled_names"], [])
        self.assertEqual(state["deletes_asked"], 0, "no VM was harmed")
        self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    unittest.main()
