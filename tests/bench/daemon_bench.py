"""Measures vcycled against cloudbox on loopback: quiet cycles, and the ramp from nothing to a thousand VMs.

Usage: VACUUM_BIN=build/release/bin daemon_bench.py [quiet|ramp …]. Prints Markdown tables. The reference in the same run is
`curl` fetching the same pages and doing nothing with them.
"""
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "system"))
from harness import SPACE, Cloudbox, Vcycled, configuration, wait_until  # noqa: E402

SCENARIO = {"cloud": {"projects": [{"name": "demo", "quota": {"cores": -1, "ram_mb": -1, "instances": -1}}],
                      "schedule_seconds": 0, "build_seconds": 0},
            "machinetypes": {"prod": {"boot_seconds": 0, "work_seconds": 1000000}}}
# As long as the real ones: a server is then about 2 KB of listing.
URLS = {key: f"https://vcycle.example.com:443/machines/{SPACE}/vcycle-prod-0123456789/{key}"
        for key in ("machinefeatures", "jobfeatures", "joboutputs")}
QUIET_CYCLES = 5
CYCLE_SECONDS = 2



def cpu_nanoseconds(pid):
    """Finer than the clock ticks of stat: the scheduler's own count, of all threads."""
    return sum(int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir())


def resident_mb(pid, field="VmRSS"):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    raise ValueError(field)


def files_written_since(folder, moment_ns):
    return sum(1 for path in Path(folder).rglob("*") if path.is_file() and path.stat().st_mtime_ns > moment_ns)


class Bench:
    def __init__(self, *cloud_arguments):
        self.folder = Path(tempfile.mkdtemp(prefix="vacuum-bench."))
        self.cloud = Cloudbox(self.folder, SCENARIO, *cloud_arguments)
        self.daemon = None

    def configure(self, limit, machinetype=None, **space):
        text = configuration(self.cloud.url, {"prod": {"max_wallclock_seconds": 1000000, **(machinetype or {})}},
                             processors_limit=limit, max_created_percent=100, **space)
        (self.folder / "vcycle.conf").write_text(text)

    def start(self, *arguments):
        self.daemon = Vcycled(self.folder, *arguments)
        return self.daemon.process.pid

    def status(self):
        path = self.folder / f"state/status/{SPACE}.json"
        try:
            return json.loads(path.read_text())
        except (OSError, ValueError):
            return {}

    def cycles_begun(self):
        path = self.folder / f"state/status/{SPACE}.json"
        return path.stat().st_mtime_ns if path.exists() else 0

    def close(self):
        if self.daemon:
            self.daemon.stop()
        self.cloud.stop()
        shutil.rmtree(self.folder)


def curl_reference(bench):
    """CPU seconds of curl fetching all pages of servers/detail with one connection."""
    login = {"auth": {"identity": {"methods": ["password"], "password": {
        "user": {"name": "demo", "domain": {"id": "default"}, "password": "cloudbox"}}},
        "scope": {"project": {"name": "demo", "domain": {"id": "default"}}}}}
    answer = subprocess.run(["curl", "-s", "-i", "-H", "Content-Type: application/json", "-d", json.dumps(login),
                             f"{bench.cloud.url}/identity/v3/auth/tokens"], capture_output=True, text=True, check=True).stdout
    token = next(line.split(":", 1)[1].strip() for line in answer.splitlines()
                 if line.lower().startswith("x-subject-token:"))
    first = f"{bench.cloud.url}/compute/v2.1/servers/detail"
    urls, fetched, url = [], 0, first
    while url:  # find the pages, untimed
        page = json.loads(subprocess.run(["curl", "-s", "-H", f"X-Auth-Token: {token}", url], capture_output=True,
                                         check=True).stdout)
        urls.append(url)
        fetched += len(page["servers"])
        url = next((link["href"] for link in page.get("servers_links", []) if link["rel"] == "next"), None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = ["curl", "-s", "-H", f"X-Auth-Token: {token}"]
    for page_url in urls:
        command += ["-o", "/dev/null", page_url]
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return fetched, (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def wait_for_cycles(bench, count):
    for _ in range(count):
        last = bench.cycles_begun()
        wait_until(lambda before=last: bench.cycles_begun() > before, 60, "a cycle")


def quiet(machines):
    bench = Bench()
    try:
        bench.cloud.call("POST", "/cloudbox/servers", {
            "count": machines, "name": "vcycle-prod-{random}", "flavor": "m1.small", "guest": False, "age_seconds": 100,
            "metadata": {"machinetype": "prod", "space": SPACE, **URLS}})
        bench.configure(machines)
        pid = bench.start("--cycle-seconds", CYCLE_SECONDS, "--log-level", "warning")
        records = bench.folder / f"state/shared/spaces/{SPACE}/current"
        wait_until(lambda: records.exists() and len(os.listdir(records)) == machines, 120, "all machines adopted")
        wait_for_cycles(bench, 3)
        cpu, written = 0, 0
        for _ in range(QUIET_CYCLES):
            moment, before = time.time_ns(), cpu_nanoseconds(pid)
            wait_for_cycles(bench, 1)
            cpu += cpu_nanoseconds(pid) - before
            written += files_written_since(bench.folder / "state", moment)
        cpu, written = cpu / 1e9 / QUIET_CYCLES, written / QUIET_CYCLES
        fetched, curl = curl_reference(bench)
        assert fetched == machines, (fetched, machines)
        return cpu, curl, resident_mb(pid), resident_mb(pid, "VmHWM"), written
    finally:
        bench.close()


def ramp(machines, latency_ms):
    bench = Bench("--latency-ms", latency_ms)
    try:
        bench.configure(machines, requests_in_flight=24)
        began = time.monotonic()
        bench.start("--cycle-seconds", 1, "--log-level", "warning")
        wait_until(lambda: bench.cloud.state()["total"] >= machines, 120, f"{machines} VMs")
        took = time.monotonic() - began
        assert bench.cloud.state()["total"] == machines
        return took
    finally:
        bench.close()


def main():
    wanted = sys.argv[1:] or ["quiet", "ramp"]
    if "quiet" in wanted:
        print("| machines | vcycled, CPU s a cycle | curl alone, CPU s | ratio | resident MB | peak MB | "
              "files written a cycle |\n| --- | --- | --- | --- | --- | --- | --- |")
        for machines in (1000, 4000, 10000):
            cpu, curl, resident, peak, written = quiet(machines)
            print(f"| {machines} | {cpu:.4f} | {curl:.4f} | {cpu / curl:.2f} | {resident:.0f} | {peak:.0f} | {written:.1f} |",
                  flush=True)
        print()
    if "ramp" in wanted:
        took = ramp(1000, 50)
        print(f"0 to 1,000 VMs at 50 ms a request, 24 requests in flight, 10 % rule lifted: {took:.2f} s")


if __name__ == "__main__":
    main()
