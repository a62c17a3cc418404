"""A site of several vcycled on one directory and one space, for tests of how they work together.

VACUUM_SHARED_DIRECTORY names a directory that the site's shared one is made in (default: the folder of the test), and
VACUUM_SHARED_MOUNTS, separated by colons, where each of the managers in turn sees it, as hosts do that mount it.
VACUUM_MACHINES is how many machines the site has; a slow file system fills no large one in the time of a test.
"""
import collections
import json
import os
import shutil
import signal
from pathlib import Path

from harness import SPACE, SystemTest, Vcycled, configuration, wait_until

LIMIT = int(os.environ.get("VACUUM_MACHINES", 120))
LEASE = 3  # seconds
CYCLE = 1
NAMES = ("a", "b", "c")
# What a loaded machine may add to the times that are promised.
SLACK = 4

SCENARIO = {
    "cloud": {"projects": [{"name": "demo", "quota": {"cores": LIMIT + 20, "instances": -1, "ram_mb": -1}}],
              "schedule_seconds": [0, 0.1], "build_seconds": [0.1, 0.5], "delete_seconds": [0.1, 0.5]},
    "machinetypes": {"prod": {"boot_seconds": [0.1, 0.5], "work_seconds": 100000}},
}


class CooperationSite(SystemTest):
    def setUp(self):
        super().setUp()
        self.managers = {}
        own = self.folder.name  # tests that run side by side do not meet
        self.shared = Path(os.environ.get("VACUUM_SHARED_DIRECTORY", self.folder / "shared")) / own
        self.mounts = [Path(place) / own for place in os.environ.get("VACUUM_SHARED_MOUNTS", "").split(":") if place]
        self.shared.mkdir(parents=True)
        (self.folder / "state").mkdir()
        (self.folder / "state/shared").symlink_to(self.shared)

    def shared_seen_by(self, name):
        """The shared directory, as the host of this manager knows it."""
        return self.mounts[NAMES.index(name) % len(self.mounts)] if self.mounts else self.shared

    def site(self, scenario=None, names=NAMES, **space):
        """Managers that begin to work when all are there: the first would else have most of the machines."""
        self.cloud = self.cloudbox(scenario or SCENARIO)
        listing = {"method": "GET", "path": "/compute/v2.1/servers"}
        self.cloud.faults(requests=[{"kind": "error", "status": 503, "rate": 1, **listing}])
        self.space = {"processors_limit": LIMIT, "max_created_percent": 20, **space}
        for name in names:
            self.start(name)
        wait_until(lambda: len(self.leases()) == len(names), 20, "all are there")
        self.cloud.faults(requests=[])

    def start(self, name):
        folder = self.folder / name
        (folder / "state").mkdir(parents=True, exist_ok=True)
        if not (folder / "state/shared").is_symlink():
            (folder / "state/shared").symlink_to(self.shared_seen_by(name))
        text = configuration(self.cloud.url, {"prod": {}}, **self.space)
        (folder / "vcycle.conf").write_text(
            f"[settings]\nmanager_name = {name}\nlease_seconds = {LEASE}\nstatus_listen = none\n\n{text}")
        self.managers[name] = Vcycled(folder, "--cycle-seconds", CYCLE)
        self.started.append(self.managers[name])

    def clean_up(self):
        for daemon in self.managers.values():
            if daemon.process.poll() is None:
                daemon.process.send_signal(signal.SIGCONT)
        for name in self.managers:
            log = self.folder / name / "vcycled.log"
            (self.folder / f"{name}.log").write_text(log.read_text(errors="replace"))
        super().clean_up()
        shutil.rmtree(self.shared, ignore_errors=True)

    def leases(self):
        """The last lease of each manager, by its name, where that has not ended."""
        folder = self.shared / "managers"
        found = {}
        for path in folder.glob("*~*"):
            if path.suffix == ".ended" or path.name.startswith(".") or (folder / f"{path.name}.ended").exists():
                continue
            try:
                lease = json.loads(path.read_text())
            except (FileNotFoundError, json.JSONDecodeError):
                continue
            found[lease["manager"]] = lease
        return found

    def machines(self):
        """How many machines each manager has, as it tells the others."""
        return {name: lease["spaces"].get(SPACE, 0) for name, lease in self.leases().items()}

    def full(self, machines=LIMIT):
        wait_until(lambda: self.cloud.state()["total"] == machines, 60, "the space is full")
        wait_until(lambda: sum(self.machines().values()) == machines, 30, "each machine has its manager")

    def events(self, kind):
        """Of all managers: how often this happened to each machine."""
        counts = collections.Counter()
        for name in self.managers:
            for path in (self.folder / name / "state/events").glob("*"):
                for line in path.read_text().splitlines():
                    event = json.loads(line)
                    if event["kind"] == kind:
                        counts[event["machine"]] += 1
        return counts

    def log_of(self, name):
        return (self.folder / name / "vcycled.log").read_text(errors="replace")

    def check_that_nothing_was_harmed(self, machines=LIMIT):
        state = self.cloud.state()
        self.assertEqual(state["total"], machines)
        self.assertLessEqual(state["most_processors_in_use"], machines)
        self.assertEqual(state["doubled_names"], [])
        self.assertEqual(state["deletes_asked"], 0)
        self.assertEqual(len(self.records()), machines)
