"""Three vcycled share one directory and one space: a dead one's machines get new managers, one that stops hands over, a sleeper
touches nothing, and whatever happens no limit is passed, no machine is lost and none is judged twice."""
import collections
import json
import os
import signal
import time
import unittest

from harness import SPACE, SystemTest, Vcycled, configuration, wait_until

LIMIT = 120
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


class Cooperation(SystemTest):
    def setUp(self):
        super().setUp()
        self.managers = {}

    def site(self, scenario=None, names=NAMES, **space):
        self.cloud = self.cloudbox(scenario or SCENARIO)
        self.space = {"processors_limit": LIMIT, "max_created_percent": 20, **space}
        for name in names:
            self.start(name)

    def start(self, name):
        folder = self.folder / name
        (folder / "state").mkdir(parents=True, exist_ok=True)
        if not (folder / "state/shared").exists():
            (folder / "state/shared").symlink_to(self.folder / "state/shared")
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

    def leases(self):
        """The last lease of each manager, by its name, where that has not ended."""
        folder = self.folder / "state/shared/managers"
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

    def full(self, seconds=60):
        wait_until(lambda: self.cloud.state()["total"] == LIMIT, seconds, "the space is full")
        wait_until(lambda: sum(self.machines().values()) == LIMIT, 30, "each machine has its manager")

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

    def check_that_nothing_was_harmed(self):
        state = self.cloud.state()
        self.assertEqual(state["total"], LIMIT)
        self.assertLessEqual(state["most_processors_in_use"], LIMIT)
        self.assertEqual(state["doubled_names"], [])
        self.assertEqual(state["deletes_asked"], 0)
        self.assertEqual(len(self.records()), LIMIT)

    def test_they_share_the_space_and_pass_no_limit(self):
        self.site()
        self.full()
        for name, count in self.machines().items():
            self.assertGreater(count, LIMIT / 10, name)
        time.sleep(3 * CYCLE)
        self.check_that_nothing_was_harmed()

    def test_the_machines_of_a_killed_manager_are_managed_by_the_others_within_a_lease_and_a_cycle(self):
        self.site()
        self.full()
        self.managers["a"].kill9()
        killed = time.monotonic()
        left = lambda: {name: count for name, count in self.machines().items() if name != "a"}
        wait_until(lambda: sum(left().values()) == LIMIT, LEASE + CYCLE + SLACK, "b and c manage all of them")
        print(f"all machines were managed again after {time.monotonic() - killed:.1f} s", flush=True)
        self.check_that_nothing_was_harmed()
        self.start("a")
        wait_until(lambda: "a" in self.leases(), 20, "a is back")
        self.check_that_nothing_was_harmed()

    def test_one_that_stops_hands_its_machines_over_within_a_cycle(self):
        self.site()
        self.full()
        self.assertEqual(self.managers["a"].stop(), 0)
        wait_until(lambda: "a" not in self.leases(), LEASE, "a has ended")
        wait_until(lambda: sum(self.machines().values()) == LIMIT, CYCLE + SLACK, "the others manage all of them")
        self.check_that_nothing_was_harmed()
        self.assertIn("has left", self.log_of("a"))

    def test_a_sleeper_touches_nothing_before_it_has_joined_anew(self):
        work = {"cloud": SCENARIO["cloud"], "machinetypes": {"prod": {"boot_seconds": 0.1, "work_seconds": [8, 14]}}}
        self.site(work)
        wait_until(lambda: sum(self.machines().values()) > LIMIT / 2, 60, "machines run")
        before = self.leases()["a"]["incarnation"]
        self.managers["a"].process.send_signal(signal.SIGSTOP)
        wait_until(lambda: "a" not in self.leases(), LEASE + SLACK, "the others have ended a")
        time.sleep(int(os.environ.get("VACUUM_SLEEP_SECONDS", 3 * LEASE)))
        self.managers["a"].process.send_signal(signal.SIGCONT)
        lease = wait_until(lambda: self.leases().get("a"), 20, "a has joined anew")
        self.assertNotEqual(lease["incarnation"], before)
        self.assertIn("acts on nothing any more", self.log_of("a"))
        time.sleep(10 * CYCLE)
        twice = {machine: count for machine, count in self.events("stopped").items() if count > 1}
        self.assertEqual(twice, {}, "judged twice")
        self.assertGreater(len(self.events("stopped")), LIMIT / 2)
        state = self.cloud.state()
        self.assertLessEqual(state["most_processors_in_use"], LIMIT)
        self.assertEqual(state["doubled_names"], [])

    def test_a_second_manager_of_the_same_name_is_refused(self):
        self.site(names=("a",))
        wait_until(lambda: "a" in self.leases(), 20, "a is there")
        other = self.folder / "other"
        (other / "state").mkdir(parents=True)
        (other / "state/shared").symlink_to(self.folder / "state/shared")
        (other / "vcycle.conf").write_text((self.folder / "a/vcycle.conf").read_text())
        daemon = Vcycled(other, "--cycle-seconds", CYCLE)
        self.started.append(daemon)
        self.assertEqual(daemon.process.wait(20), 1)
        self.assertIn("another manager is called a", (other / "vcycled.log").read_text())
        self.assertIsNone(self.managers["a"].process.poll())

    def test_a_directory_that_takes_no_writes_stops_all_deeds_and_is_recovered_from(self):
        self.site(names=("a",), processors_limit=20)
        wait_until(lambda: self.cloud.state()["total"] == 20, 30, "the space is full")
        shared = self.folder / "state/shared"
        shared.rename(self.folder / "state/elsewhere")
        wait_until(lambda: "acts on nothing any more" in self.log_of("a"), LEASE + SLACK, "it says so loudly")
        deletes = self.cloud.state()["deletes_asked"]
        created = self.cloud.state()["created"]
        time.sleep(3 * CYCLE)
        self.assertEqual((self.cloud.state()["deletes_asked"], self.cloud.state()["created"]), (deletes, created))
        (self.folder / "state/elsewhere").rename(shared)
        wait_until(lambda: self.machines().get("a") == 20, 20, "it has joined anew and has its machines back")
        self.assertEqual(self.cloud.state()["created"], created)


if __name__ == "__main__":
    unittest.main()
