"""Three vcycled share one directory and one space: a dead one's machines get new managers, one that stops hands over, a sleeper
touches nothing, and whatever happens no limit is passed, no machine is lost and none is judged twice."""
import os
import signal
import time
import unittest

from cooperation_site import CYCLE, LEASE, LIMIT, SCENARIO, SLACK, CooperationSite
from harness import Vcycled, wait_until


class Cooperation(CooperationSite):
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
        (other / "state/shared").symlink_to(self.shared_seen_by("b"))
        (other / "vcycle.conf").write_text((self.folder / "a/vcycle.conf").read_text())
        daemon = Vcycled(other, "--cycle-seconds", CYCLE)
        self.started.append(daemon)
        self.assertEqual(daemon.process.wait(20), 1)
        self.assertIn("another manager is called a", (other / "vcycled.log").read_text())
        self.assertIsNone(self.managers["a"].process.poll())

    def test_a_directory_that_takes_no_writes_stops_all_deeds_and_is_recovered_from(self):
        self.site(names=("a",), processors_limit=20)
        wait_until(lambda: self.cloud.state()["total"] == 20, 30, "the space is full")
        shared = self.shared_seen_by("b")  # a file server need not notice what is done behind its back
        elsewhere = shared.with_name(f"{shared.name}.elsewhere")
        shared.rename(elsewhere)
        wait_until(lambda: "acts on nothing any more" in self.log_of("a"), LEASE + SLACK, "it says so loudly")
        deletes = self.cloud.state()["deletes_asked"]
        created = self.cloud.state()["created"]
        time.sleep(3 * CYCLE)
        self.assertEqual((self.cloud.state()["deletes_asked"], self.cloud.state()["created"]), (deletes, created))
        elsewhere.rename(shared)
        wait_until(lambda: self.machines().get("a") == 20, 20, "it has joined anew and has its machines back")
        self.assertEqual(self.cloud.state()["created"], created)


if __name__ == "__main__":
    unittest.main()
