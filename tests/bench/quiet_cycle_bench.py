"""A quiet cycle of a large site: several vcycled share one directory and one space, and nothing comes, goes or changes.

Usage: VACUUM_BIN=build/release/bin quiet_cycle_bench.py [MACHINES [MANAGERS]]. Prints Markdown tables: the CPU time and the memory
of each manager in a cycle that lists all VMs and in one that lists changes, beside curl fetching the same pages and throwing them
away; and what a cycle writes into the directories, counted by strace, at 1,000 machines and at all. The directory lies in memory, 12 GB of
it, or in TMPDIR. The exit status is not 0 where a bound is passed.
"""
import collections
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import METADATA, SPACE, WITHOUT_QUOTA, Bounds, cpu_seconds, curl_listing, resident_mb
from harness import Cloudbox, Vcycled, configuration, wait_until

SCENARIO = {"cloud": WITHOUT_QUOTA, "machinetypes": {}}
FEW = 1000
CYCLE_SECONDS = 10
SERVERS_A_CALL = 10_000
FULL_CYCLES, CHANGES_CYCLES, COUNTED_CYCLES = 5, 20, 3
FULL_CPU, CHANGES_CPU, RESIDENT_MB = 1.5, 0.05, 200
# The lease is renewed by time, not by cycle: one renewal more or less falls into the cycles that are counted.
WRITES_RATIO = 1.25

CHANGING_CALLS = "openat,creat,rename,renameat,renameat2,link,linkat,symlinkat,unlink,unlinkat,mkdir,mkdirat,write,pwrite64,ftruncate"
LISTING_ALL, LISTING_CHANGES = 0, 3600  # complete_listing_seconds
# A listing of changes looks back by three minutes: before that the VMs would count as new.
SETTLED_SECONDS = 210


class Site:
    def __init__(self, machines, managers):
        self.machines = machines
        self.folder = Path(tempfile.mkdtemp(prefix="vacuum-bench.", dir=os.environ.get("TMPDIR", "/dev/shm")))
        self.cloud = Cloudbox(self.folder, SCENARIO)
        self.names = [f"m{i}" for i in range(1, managers + 1)]
        self.daemons = {}
        self.populated = 0

    def configure(self, complete_listing_seconds):
        """Nothing is created: machines come from elsewhere here, and are adopted."""
        for name in self.names:
            folder = self.folder / name
            (folder / "state").mkdir(parents=True, exist_ok=True)
            if not (folder / "state/shared").exists():
                (folder / "state/shared").symlink_to(self.folder / "state/shared")
            text = configuration(self.cloud.url, {"prod": {"max_wallclock_seconds": 1000000, "target_share": 0}}, create_seconds=60,
                                 complete_listing_seconds=complete_listing_seconds, request_seconds=30)
            (folder / "vcycle.conf").write_text(f"[settings]\nmanager_name = {name}\nstatus_listen = none\n\n{text}")

    def start(self):
        for name in self.names:
            self.daemons[name] = Vcycled(self.folder / name, "--cycle-seconds", CYCLE_SECONDS, "--log-level", "warning")
        wait_until(lambda: all(self.cycles(name) for name in self.names), 300, "the first cycles")

    def stop(self):
        for daemon in self.daemons.values():
            daemon.process.send_signal(signal.SIGTERM)
        for daemon in self.daemons.values():
            daemon.stop(60)
        for name in self.names:
            (self.folder / name / f"state/status/{SPACE}.json").unlink(missing_ok=True)

    def close(self):
        self.stop()
        self.cloud.stop()
        shutil.rmtree(self.folder)

    def status(self, name):
        try:
            return json.loads((self.folder / name / f"state/status/{SPACE}.json").read_text())
        except (OSError, ValueError):
            return {"totals": {"cycles_done": 0, "cycles_failed": 0}}

    def cycles(self, name):
        return self.status(name)["totals"]["cycles_done"]

    def wait_for_cycles(self, count):
        until = {name: self.cycles(name) + count for name in self.names}
        wait_until(lambda: all(self.cycles(name) >= until[name] for name in self.names), 120 * count + 60, f"{count} cycles")

    def owned(self):
        """How many machines each manager has, as its lease tells."""
        owned = {}
        for path in (self.folder / "state/shared/managers").glob("*~*"):
            if path.suffix == ".ended" or path.name.startswith(".") or path.with_name(path.name + ".ended").exists():
                continue
            try:
                lease = json.loads(path.read_text())
            except (OSError, ValueError):
                continue
            owned[lease["manager"]] = lease["spaces"].get(SPACE, 0)
        return owned

    def populate(self):
        """VMs that run come from nowhere, and the managers adopt them: each its part."""
        for _ in range(self.machines // SERVERS_A_CALL or 1):
            self.cloud.call("POST", "/cloudbox/servers", {
                "count": min(SERVERS_A_CALL, self.machines), "name": "vcycle-prod-{random}", "flavor": "m1.small", "guest": False,
                "age_seconds": 100, "metadata": METADATA})
        records = self.folder / f"state/shared/spaces/{SPACE}/current"
        self.populated = time.monotonic()
        wait_until(lambda: len(os.listdir(records)) >= self.machines, 1800, "all machines are on record")
        wait_until(lambda: sum(self.owned().values()) == self.machines, 300, "each machine has its manager")

    def wait_until_settled(self):
        time.sleep(max(0, self.populated + SETTLED_SECONDS - time.monotonic()))

    def check_quiet(self):
        state = self.cloud.state()
        assert state["total"] == self.machines and state["deletes_asked"] == 0, state
        for name in self.names:
            status = self.status(name)
            assert status["totals"]["cycles_failed"] == 0 and not status["error"], status["error"]
            assert status["processors_in_space"] == self.machines, status["processors_in_space"]


def measure(site, cycles):
    """For each manager: CPU seconds a cycle, resident MB, most resident MB."""
    site.wait_for_cycles(3)  # a changed configuration is followed in the first or second
    before = {name: (site.cycles(name), cpu_seconds(site.daemons[name].process.pid)) for name in site.names}
    site.wait_for_cycles(cycles)
    rows = []
    for name in site.names:
        pid, (cycles_before, cpu_before) = site.daemons[name].process.pid, before[name]
        cpu = (cpu_seconds(pid) - cpu_before) / (site.cycles(name) - cycles_before)
        rows.append((cpu, resident_mb(pid), resident_mb(pid, "VmHWM")))
    site.check_quiet()
    return rows


def show(site, what, rows, reference):
    owned = site.owned()
    for name, (cpu, resident, peak) in zip(site.names, rows):
        print(f"| {what} | {name}, {owned[name]:,} its own | {cpu:.4f} s | {cpu / reference:.2f} | {resident:.0f} MB | {peak:.0f} MB |",
              flush=True)


def is_change(call, flags):
    return call != "openat" or "O_CREAT" in flags


def writes_of_a_cycle(site):
    """Of one manager: how often it changed something below its directories, by the name of the call, a cycle."""
    name = site.names[0]
    trace = site.folder / "trace"
    tracer = subprocess.Popen(["strace", "-f", "-y", "-s", "0", "-e", f"trace={CHANGING_CALLS}", "-o", trace, "-p",
                               str(site.daemons[name].process.pid)], stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: trace.exists() and trace.stat().st_size > 0, 60, "strace has begun")
        site.wait_for_cycles(1)
        begin, before = trace.stat().st_size, site.cycles(name)
        site.wait_for_cycles(COUNTED_CYCLES)
        end, cycles = trace.stat().st_size, site.cycles(name) - before
    finally:
        tracer.terminate()
        tracer.wait(20)
    counts = collections.Counter()
    for line in trace.read_bytes()[begin:end].decode(errors="replace").splitlines():
        found = re.match(r"\d+ +(\w+)\((.*)", line)
        if found and str(site.folder) in line and is_change(*found.groups()):
            counts[found.group(1)] += 1
    return {call: count / cycles for call, count in counts.items()}


def show_writes(machines, writes):
    calls = ", ".join(f"{count:.1f} {call}" for call, count in sorted(writes.items()))
    print(f"| {machines:,} | {sum(writes.values()):.1f} | {calls} |", flush=True)


def count_writes_at(machines, managers):
    site = Site(machines, managers)
    try:
        site.configure(LISTING_CHANGES)
        site.start()
        site.populate()
        site.wait_for_cycles(2)  # the first runs of the machines are on record then
        return writes_of_a_cycle(site)
    finally:
        site.close()


def main():
    machines = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    managers = int(sys.argv[2]) if len(sys.argv) > 2 else 4
    bounds = Bounds()
    site = Site(machines, managers)
    try:
        site.configure(LISTING_CHANGES)
        site.start()
        began = time.monotonic()
        site.populate()
        print(f"{machines:,} VMs came from nowhere and were adopted by {managers} managers in {time.monotonic() - began:.0f} s\n")
        adopters = max(resident_mb(daemon.process.pid, "VmHWM") for daemon in site.daemons.values())
        site.stop()
        began = time.monotonic()
        site.configure(LISTING_ALL)
        site.start()
        print(f"stopped and started again: all have looked at all machines after {time.monotonic() - began:.0f} s; "
              f"before that a manager had at most {adopters:.0f} MB\n")
        fetched, reference = curl_listing(site.cloud)
        assert fetched == machines, (fetched, machines)
        print(f"curl fetches the {machines:,} servers in {reference:.3f} s of CPU time\n\n"
              "| a cycle lists | manager | CPU a cycle | of curl's | resident | at most |\n| --- | --- | --- | --- | --- | --- |")
        full = measure(site, FULL_CYCLES)
        show(site, "all VMs", full, reference)
        site.configure(LISTING_CHANGES)
        site.wait_until_settled()
        changes = measure(site, CHANGES_CYCLES)
        show(site, "changes", changes, reference)
        for bound, rows in ((FULL_CPU, full), (CHANGES_CPU, changes)):
            bounds.check("CPU seconds of a cycle", max(row[0] for row in rows), bound)
            bounds.check("MB that a manager has", max(row[1] for row in rows), RESIDENT_MB)
        many = writes_of_a_cycle(site)
        site.check_quiet()
    finally:
        site.close()
    few = count_writes_at(FEW, managers)
    print("\n| machines | changes of files a cycle | of which |\n| --- | --- | --- |")
    show_writes(FEW, few)
    show_writes(machines, many)
    bounds.check(f"changes of files at {machines:,} machines, against {FEW:,}", sum(many.values()) / sum(few.values()), WRITES_RATIO)
    return bounds.verdict()


if __name__ == "__main__":
    sys.exit(main())
