"""Quiet cycles of one vcycled against cloudbox on loopback, for several numbers of machines.

Usage: VACUUM_BIN=build/release/bin daemon_bench.py [MACHINES …]. Prints a Markdown table. The reference in the same run is `curl`
fetching the same pages and doing nothing with them. The exit status is not 0 where a bound is passed.
"""
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from measure import METADATA, SPACE, WITHOUT_QUOTA, Bounds, cpu_seconds, curl_listing, resident_mb
from harness import Cloudbox, Vcycled, configuration, wait_until

SCENARIO = {"cloud": WITHOUT_QUOTA, "machinetypes": {}}
QUIET_CYCLES = 5
CYCLE_SECONDS = 2
# For 10,000 machines.
CPU_BOUND, RESIDENT_MB_BOUND = 0.1, 60
FILES_BOUND = 2  # the status, and the lease


def files_written_since(folder, moment_ns):
    return sum(1 for path in Path(folder).rglob("*") if path.is_file() and path.stat().st_mtime_ns > moment_ns)


class Quiet:
    def __init__(self, machines):
        self.machines = machines
        self.folder = Path(tempfile.mkdtemp(prefix="vacuum-bench."))
        self.cloud = Cloudbox(self.folder, SCENARIO)
        self.cloud.call("POST", "/cloudbox/servers", {
            "count": machines, "name": "vcycle-prod-{random}", "flavor": "m1.small", "guest": False, "age_seconds": 100,
            "metadata": METADATA})
        text = configuration(self.cloud.url, {"prod": {"max_wallclock_seconds": 1000000}}, processors_limit=machines,
                             complete_listing_seconds=0, create_seconds=60, request_seconds=30)
        (self.folder / "vcycle.conf").write_text(text)
        self.daemon = Vcycled(self.folder, "--cycle-seconds", CYCLE_SECONDS, "--log-level", "warning")
        self.status = self.folder / f"state/status/{SPACE}.json"
        self.records = self.folder / f"state/shared/spaces/{SPACE}/current"

    def wait_for_cycles(self, count):
        for _ in range(count):
            last = self.status.stat().st_mtime_ns if self.status.exists() else 0
            wait_until(lambda before=last: self.status.exists() and self.status.stat().st_mtime_ns > before, 60, "a cycle")

    def measure(self):
        """CPU seconds and files written a cycle, resident MB, most resident MB."""
        pid = self.daemon.process.pid
        wait_until(lambda: self.records.exists() and len(os.listdir(self.records)) == self.machines, 120, "all machines adopted")
        self.wait_for_cycles(3)
        cpu, written = 0, 0
        for _ in range(QUIET_CYCLES):
            moment, before = time.time_ns(), cpu_seconds(pid)
            self.wait_for_cycles(1)
            cpu += cpu_seconds(pid) - before
            written += files_written_since(self.folder / "state", moment)
        return cpu / QUIET_CYCLES, written / QUIET_CYCLES, resident_mb(pid), resident_mb(pid, "VmHWM")

    def close(self):
        self.daemon.stop()
        self.cloud.stop()
        shutil.rmtree(self.folder)


def main():
    bounds = Bounds()
    print("| machines | vcycled, CPU s a cycle | curl alone, CPU s | ratio | resident MB | peak MB | files written a cycle |\n"
          "| --- | --- | --- | --- | --- | --- | --- |")
    for machines in [int(word) for word in sys.argv[1:]] or [1000, 4000, 10_000]:
        quiet = Quiet(machines)
        try:
            cpu, written, resident, peak = quiet.measure()
            fetched, curl = curl_listing(quiet.cloud)
            assert fetched == machines, (fetched, machines)
        finally:
            quiet.close()
        print(f"| {machines} | {cpu:.4f} | {curl:.4f} | {cpu / curl:.2f} | {resident:.0f} | {peak:.0f} | {written:.1f} |", flush=True)
        scale = max(1, machines / 10_000)
        bounds.check("CPU seconds of a cycle", cpu, CPU_BOUND * scale)
        bounds.check("MB that the manager has", resident, RESIDENT_MB_BOUND * scale)
        bounds.check("files written in a cycle", written, FILES_BOUND)
    return bounds.verdict()


if __name__ == "__main__":
    sys.exit(main())
