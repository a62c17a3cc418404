"""Accounting is written exactly once for each finished machine, whenever the manager is killed and whenever SSM takes
messages away. APEL's side is read by a parser of its own and by the library of SSM (see apel.py).

VACUUM_SEED=N repeats a run; the seed is printed. VACUUM_KILLS=N changes the number of kills.
"""
import os
import random
import subprocess
import time
import unittest
from collections import Counter
from pathlib import Path

import apel
from harness import BIN, SPACE, SystemTest, configuration, wait_until

DRIVER_KILLS = int(os.environ.get("VACUUM_KILLS", "1000"))
DAEMON_KILLS = 25
START = 1_790_000_000
KILLED = -9


def seeded(test):
    seed = int(os.environ.get("VACUUM_SEED", random.randrange(1 << 31)))
    print(f"{test}: seed {seed} (VACUUM_SEED={seed} repeats this run)", flush=True)
    return random.Random(seed)


class TheParser(unittest.TestCase):
    """It must find faults, or it proves nothing."""

    JOB = ("APEL-individual-job-message: v0.3\nSite: S\nSubmitHost: h\nLocalJobId: 1\nWallDuration: 5\n"
           "CpuDuration: 5\nStartTime: 10\nEndTime: 15\nServiceLevelType: HEPSPEC\nServiceLevel: 1.0\n%%\n")

    def test_reads_a_record(self):
        self.assertEqual(apel.parse(self.JOB)["WallDuration"], 5)

    def test_refuses_what_is_none(self):
        for bad in (self.JOB.replace("v0.3", "v0.2"), self.JOB[:-3], self.JOB.replace("Site: S\n", ""),
                    self.JOB.replace("Site: S\n", "Site: S\nSite: T\n"), self.JOB.replace("EndTime: 15", "EndTime: x"),
                    self.JOB.replace("EndTime: 15", "EndTime: 9"), self.JOB.replace("Site: S", "Colour: red"),
                    self.JOB + self.JOB):
            with self.assertRaises(apel.Malformed):
                apel.parse(bad)


class AccountingTest(SystemTest):
    def setUp(self):
        super().setUp()
        self.state = self.folder / "state"
        (self.state / "shared").mkdir(parents=True, exist_ok=True)
        self.ssm = apel.Ssm(self.state / "apel-outgoing")

    def check_exactly_once(self, expected):
        """Each machine was sent once, and is once in the archive, with the same text."""
        sent = [apel.parse(text) for text in self.ssm.sent]
        counts = Counter(record["LocalUserId"] for record in sent)
        self.assertEqual({name: count for name, count in counts.items() if count > 1}, {}, "sent more than once")
        self.assertEqual(set(expected) - set(counts), set(), "not accounted")
        self.assertEqual(set(counts) - set(expected), set(), "accounted without need")
        archive = self.state / "apel-archive"
        archived = {path: path.read_text() for path in archive.rglob("*") if path.is_file() and path.parent.name != "unfinished"}
        self.assertEqual(Counter(archived.values()), Counter(self.ssm.sent))
        for path, text in archived.items():
            end = apel.parse(text)["EndTime"]
            self.assertEqual(path.parent.name, time.strftime("%Y%m%d", time.gmtime(end)))
            self.assertRegex(path.name, "^[0-9a-f]{14}$")
        # what a crash left unfinished lies apart from all records, until nobody can be at work on it
        self.assertEqual([p.name for p in (self.state / "apel-staging").iterdir() if p.name != "unfinished"], [])
        return sent


class KilledAtAnyChangeOfTheDisk(AccountingTest):
    """The loop, the store and the accounting directories in a process that dies at its Nth change of the disk."""

    def setUp(self):
        super().setUp()
        self.cloud = self.folder / "cloud"
        self.cloud.mkdir()
        self.now = START
        self.made = 0
        self.choose = seeded(self.id())
        self.vanished = set()
        self.short = set()

    def machine(self, state, ran, ended=100):
        name = f"vcycle-prod-{self.made:010}"
        self.made += 1
        (self.cloud / name).write_text(f"{state} {self.now - ended - ran} {self.now - ended}")
        return name

    def drive(self, cycles, step):
        when = self.choose.choice(["before", "after"])
        command = [BIN / "accounting_driver", self.state, self.cloud, self.now, cycles, step, when]
        process = subprocess.Popen([str(part) for part in command], stderr=subprocess.PIPE, text=True)
        if self.choose.random() < 0.3:  # while it writes
            self.ssm.send(most=self.choose.randrange(4))
        _, errors = process.communicate(timeout=60)
        self.now += 400 * cycles
        self.assertIn(process.returncode, (0, KILLED), errors)
        return process.returncode == KILLED

    def change_the_world(self):
        """New machines, machines that stop, machines that vanish."""
        for _ in range(self.choose.randrange(3)):
            kind = self.choose.randrange(4)
            if kind == 0:
                self.machine("shutdown", ran=self.choose.randrange(300, 90000))
            elif kind == 1:
                self.short.add(self.machine("shutdown", ran=self.choose.randrange(1, 299)))
            else:
                self.machine("running", ran=self.choose.randrange(400, 3000))
        for path in list(self.cloud.iterdir()):
            state, started, _ = path.read_text().split()
            if state != "running" or self.choose.random() < 0.5:
                continue
            on_record = (self.state / f"shared/spaces/{SPACE}/current/{path.name}/started").exists()
            if on_record and self.choose.random() < 0.4:
                path.unlink()
                self.vanished.add(path.name)
            else:
                path.write_text(f"shutdown {started} {self.now - 50}")

    def settle(self):
        for path in self.cloud.iterdir():
            state, started, _ = path.read_text().split()
            if state == "running":
                path.write_text(f"shutdown {started} {self.now - 50}")
        for _ in range(20):
            self.assertFalse(self.drive(cycles=6, step=0))
            left = list(self.cloud.iterdir()) + self.records()
            if not left:
                return
        self.fail(f"these stay: {left[:5]}")

    def test_a_thousand_kills_give_exactly_one_record_a_machine(self):
        kills = runs = 0
        began = time.monotonic()
        while kills < DRIVER_KILLS:
            self.change_the_world()
            kills += self.drive(cycles=4, step=self.choose.randrange(1, self.choose.choice([20, 100, 400])))
            runs += 1
            if self.choose.random() < 0.3:
                self.ssm.send(most=self.choose.randrange(1, 20), tidy=self.choose.random() < 0.5)
        self.settle()
        self.ssm.send(tidy=True)
        accounted = {f"vcycle-prod-{i:010}" for i in range(self.made)} - self.short
        sent = self.check_exactly_once(accounted)
        for record in sent:
            self.assertEqual(record["SubmitHost"], f"{SPACE}/vcycle-manager.example.com")
            self.assertEqual(record["WallDuration"], record["EndTime"] - record["StartTime"])
            self.assertGreaterEqual(record["WallDuration"], 300)
            self.assertEqual((record["ServiceLevel"], record["FQAN"]), ("10.5", "/vo/Role=NULL/Capability=NULL"))
        self.assertTrue(self.vanished and self.short, "the world was too quiet")
        print(f"{kills} kills in {runs} runs: {len(sent)} machines, one record each; {len(self.vanished)} had vanished, "
              f"{len(self.short)} were too short; {time.monotonic() - began:.0f} s", flush=True)


class KilledDaemon(AccountingTest):
    """vcycled itself, on the embedded cloud."""

    def finished(self):
        """Machines on record that ran for fizzle_seconds, and those that did not."""
        times = {}
        for record in Path(self.state / f"shared/spaces/{SPACE}/deleted").iterdir():
            read = lambda name, at=record: int((at / name).read_text()) if (at / name).exists() else 0
            times[record.name] = read("stopped") - read("started") if read("started") else 0
        return {name for name, ran in times.items() if ran >= 2}, {name for name, ran in times.items() if ran < 2}

    def test_each_machine_of_a_killed_vcycled_has_one_record(self):
        choose = seeded(self.id())
        cloud = self.cloudbox({"cloud": {"schedule_seconds": [0, 0.1], "build_seconds": [0.1, 0.3],
                                         "delete_seconds": [0.1, 0.3]},
                               "machinetypes": {"prod": {"boot_seconds": [0.1, 0.2], "work_seconds": [1, 4]}}})
        space = {"processors_limit": 12, "max_created_percent": 100, "gocdb_sitename": "EXAMPLE", "create_seconds": 3}
        self.configure(configuration(cloud.url, {"prod": {"backoff_seconds": 0, "fizzle_seconds": 2}}, **space))
        for _ in range(DAEMON_KILLS):
            daemon = self.vcycled("--cycle-seconds", 0.2)
            time.sleep(choose.uniform(0.1, 1.2))
            daemon.kill9()
            self.started.remove(daemon)
            self.ssm.send(most=choose.randrange(10), tidy=choose.random() < 0.3)
        off = {"prod": {"backoff_seconds": 0, "fizzle_seconds": 2, "target_share": 0}}
        self.configure(configuration(cloud.url, off, **space))
        daemon = self.vcycled("--cycle-seconds", 0.2)
        wait_until(lambda: cloud.state()["total"] == 0 and not self.records(), 60, "all machines are over")
        self.assertEqual(daemon.stop(), 0)
        self.ssm.send(tidy=True)
        finished, short = self.finished()
        self.assertGreater(len(finished), DAEMON_KILLS // 2)
        self.check_exactly_once(finished)
        print(f"{DAEMON_KILLS} kills: {len(finished)} machines, one record each; {len(short)} were too short", flush=True)
        self.check_sync(len(finished))

    def check_sync(self, jobs):
        self.assertIn(f"{jobs} records of EXAMPLE", self.vcycle("apel-sync", "--dry-run"))
        month = time.strftime("%Y-%m", time.gmtime())
        self.ssm.sent.clear()
        self.vcycle("apel-sync", "--month", month)
        self.ssm.send()
        self.assertEqual(len(self.ssm.sent), 1)
        sync = apel.parse(self.ssm.sent[0])
        self.assertEqual((sync["NumberOfJobs"], sync["Site"]), (jobs, "EXAMPLE"))
        self.assertEqual(f"{sync['Year']}-{int(sync['Month']):02}", month)


if __name__ == "__main__":
    unittest.main()
