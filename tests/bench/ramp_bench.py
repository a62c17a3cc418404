"""From nothing to many VMs: one vcycled against cloudbox, where each request takes a while and nothing limits the rate.

Usage: VACUUM_BIN=build/release/bin ramp_bench.py [VMS [REQUESTS_IN_FLIGHT …]]. Prints a Markdown table: seconds from the first
request for a VM until all VMs run and have their ids on record. The exit status is not 0 where the best is over its bound.
"""
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from measure import SPACE, WITHOUT_QUOTA, Bounds, cpu_seconds
from harness import Cloudbox, Vcycled, configuration, wait_until

SCENARIO = {"cloud": {**WITHOUT_QUOTA, "schedule_seconds": 0, "build_seconds": 0},
            "machinetypes": {"prod": {"boot_seconds": 0, "work_seconds": 1000000}}}
LATENCY_MS = 50
BOUND_SECONDS = 15
LOOK_SECONDS = 0.02


class Ramp:
    def __init__(self, machines, requests_in_flight):
        self.machines = machines
        self.folder = Path(tempfile.mkdtemp(prefix="vacuum-bench."))
        self.cloud = Cloudbox(self.folder, SCENARIO, "--latency-ms", LATENCY_MS)
        (self.folder / "vcycle.conf").write_text(configuration(
            self.cloud.url, {"prod": {"max_wallclock_seconds": 1000000}}, processors_limit=machines, max_created_percent=100,
            requests_in_flight=requests_in_flight, create_seconds=300, request_seconds=30))
        self.records = self.folder / f"state/shared/spaces/{SPACE}/current"
        self.daemon = None

    def run(self):
        """Seconds of the ramp, and from the start of the process; CPU seconds of vcycled and of cloudbox since then."""
        started = time.monotonic()
        self.daemon = Vcycled(self.folder, "--cycle-seconds", 1, "--log-level", "warning")
        deadline = time.monotonic() + 60
        while self.cloud.state()["created"] == 0:
            assert time.monotonic() < deadline, "nothing is created"
            time.sleep(LOOK_SECONDS)
        began = time.monotonic()
        wait_until(lambda: self.cloud.state()["servers"]["active"] >= self.machines, 300, f"{self.machines} VMs run")
        wait_until(self.all_have_ids, 60, "all ids are on record")
        ended = time.monotonic()
        state = self.cloud.state()
        assert state["total"] == self.machines and state["doubled_names"] == [], state
        return ended - began, ended - started, cpu_seconds(self.daemon.process.pid), cpu_seconds(self.cloud.process.pid)

    def all_have_ids(self):
        with os.scandir(self.records) as entries:
            return sum((Path(entry.path) / "instance_id").exists() for entry in entries) == self.machines

    def close(self):
        if self.daemon:
            self.daemon.stop()
        self.cloud.stop()
        shutil.rmtree(self.folder)


def main():
    machines = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    settings = [int(word) for word in sys.argv[2:]] or [24, 64]
    print(f"0 to {machines:,} VMs at {LATENCY_MS} ms a request, max_created_percent = 100:\n\n"
          "| requests_in_flight | all run and are on record after | since vcycled's start | CPU of vcycled | CPU of cloudbox |\n"
          "| --- | --- | --- | --- | --- |")
    times = []
    for requests_in_flight in settings:
        ramp = Ramp(machines, requests_in_flight)
        try:
            took, since_start, manager_cpu, cloud_cpu = ramp.run()
        finally:
            ramp.close()
        times.append(took)
        print(f"| {requests_in_flight} | {took:.1f} s | {since_start:.1f} s | {manager_cpu:.1f} s | {cloud_cpu:.1f} s |", flush=True)
    bounds = Bounds()
    bounds.check(f"seconds to {machines:,} VMs", min(times), BOUND_SECONDS)
    return bounds.verdict()


if __name__ == "__main__":
    sys.exit(main())
