"""What the benchmarks have in common: processes and their use of the machine, and curl as a reference."""
import json
import resource
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "system"))
from harness import SPACE  # noqa: E402

# As long as the real ones: a server is then about 2 KB of listing.
METADATA = {"machinetype": "prod", "space": SPACE,
            **{key: f"https://vcycle.example.com:443/machines/{SPACE}/vcycle-prod-0123456789/{key}"
               for key in ("machinefeatures", "jobfeatures", "joboutputs")}}
WITHOUT_QUOTA = {"projects": [{"name": "demo", "quota": {"cores": -1, "ram_mb": -1, "instances": -1}}]}


def cpu_seconds(pid):
    """Finer than the clock ticks of stat: the scheduler's own count, of all threads."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def resident_mb(pid, field="VmRSS"):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    raise ValueError(field)


def log_in(cloud):
    """A token of cloudbox's user demo."""
    login = {"auth": {"identity": {"methods": ["password"], "password": {
        "user": {"name": "demo", "domain": {"id": "default"}, "password": "cloudbox"}}},
        "scope": {"project": {"name": "demo", "domain": {"id": "default"}}}}}
    return cloud.request("POST", "/identity/v3/auth/tokens", login)[1]["X-Subject-Token"]


def curl_listing(cloud):
    """How many servers curl was given, and its CPU seconds for fetching all pages of them over one connection."""
    headers = {"X-Auth-Token": log_in(cloud)}
    urls, fetched, url = [], 0, f"{cloud.url}/compute/v2.1/servers/detail"
    while url:  # find the pages, untimed
        page = cloud.request("GET", url.removeprefix(cloud.url), headers=headers)[0]
        urls.append(url)
        fetched += len(page["servers"])
        url = next((link["href"] for link in page.get("servers_links", []) if link["rel"] == "next"), None)
    command = ["curl", "-s", *(word for name, value in headers.items() for word in ("-H", f"{name}: {value}"))]
    for page_url in urls:
        command += ["-o", "/dev/null", page_url]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return fetched, (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


class Bounds:
    """Collects what is over its bound, so that a benchmark shows all of its figures first."""

    def __init__(self):
        self.passed = []

    def check(self, what, value, bound):
        if value > bound:
            self.passed.append(f"{what}: {value:.3g}, the bound is {bound:g}")

    def verdict(self):
        """The exit status; what is wrong is printed."""
        for line in self.passed:
            print(f"over its bound: {line}", flush=True)
        return 1 if self.passed else 0
