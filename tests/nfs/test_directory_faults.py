"""Three vcycled whose shared directory goes wrong, on a file system made for that (fault_mount.cpp): as long as it does they
do nothing to the cloud and say so, and when it is well again they go on by themselves.

VACUUM_FAULT_MOUNT names the program; needs root and /dev/fuse."""
import os
import subprocess
import time
import unittest

from cooperation_site import CYCLE, LEASE, NAMES, SCENARIO, SLACK, CooperationSite
from harness import wait_until

MACHINES = 20
# Machines that end soon, so that there is always something to do.
WORK = {"cloud": SCENARIO["cloud"], "machinetypes": {"prod": {"boot_seconds": 0.1, "work_seconds": [4, 8]}}}
RESTFUL = "acts on nothing any more"


class DirectoryFaults(CooperationSite):
    def setUp(self):
        super().setUp()
        self.clients = {}
        for name in NAMES:
            self.mount(name)
        self.mounts = [self.folder / f"mount-{name}" for name in NAMES]

    def mount(self, name):
        place = self.folder / f"mount-{name}"
        place.mkdir()
        self.break_directory("", [name])
        self.clients[name] = subprocess.Popen(
            [os.environ["VACUUM_FAULT_MOUNT"], self.shared, place, self.folder / f"faults-{name}"])
        wait_until(lambda: self.clients[name].poll() is not None or place.is_mount(), 20, f"{place} is mounted")
        self.assertIsNone(self.clients[name].poll(), "fault_mount ended; has this machine /dev/fuse, and is this root?")

    def clean_up(self):
        self.break_directory("")
        super().clean_up()

    def show_logs_and_remove(self):
        for name, client in self.clients.items():  # else all below would be removed through it
            subprocess.run(["umount", "-l", self.folder / f"mount-{name}"], check=False)
            client.terminate()
            client.wait(20)
        super().show_logs_and_remove()

    def break_directory(self, fault, names=NAMES):
        """What is wrong from now on where these managers are; nothing: all is well."""
        for name in names:
            written = self.folder / f"faults-{name}.new"
            written.write_text(fault + "\n")
            written.rename(self.folder / f"faults-{name}")

    def deeds(self):
        """How often the cloud was asked for something."""
        state = self.cloud.state()
        return state["created"], state["deletes_asked"]

    def start_working(self):
        self.site(WORK, processors_limit=MACHINES)
        wait_until(lambda: len(self.leases()) == len(NAMES) and self.deeds()[1] > 0, 60, "machines come and go")

    def check_the_end(self):
        twice = {machine: count for machine, count in self.events("stopped").items() if count > 1}
        self.assertEqual(twice, {}, "judged twice")
        state = self.cloud.state()
        self.assertLessEqual(state["most_processors_in_use"], MACHINES)
        self.assertEqual(state["doubled_names"], [])

    def check_rest_and_recovery(self, fault, words):
        self.start_working()
        before = {name: lease["incarnation"] for name, lease in self.leases().items()}
        self.break_directory(fault)
        for name in NAMES:
            wait_until(lambda: RESTFUL in self.log_of(name), LEASE + SLACK, f"{name} says that it rests")
        time.sleep(CYCLE)  # what had left before is answered
        at_rest = self.deeds()
        time.sleep(5 * CYCLE)
        self.assertEqual(self.deeds(), at_rest, "something was done to the cloud")
        for name in NAMES:
            self.assertIn(words, self.log_of(name))
        self.break_directory("")
        back = lambda: {name: lease["incarnation"] for name, lease in self.leases().items()}
        wait_until(lambda: len(back()) == len(NAMES) and not set(back().values()) & set(before.values()),
                   20, "all have joined anew")
        created, deleted = at_rest
        wait_until(lambda: self.deeds()[0] > created and self.deeds()[1] > deleted, 20, "machines come and go again")
        self.check_the_end()

    def test_a_full_disk(self):
        self.check_rest_and_recovery("fail ENOSPC space", "No space left on device")

    def test_a_directory_that_is_read_only_now(self):
        self.check_rest_and_recovery("fail EROFS changes", "Read-only file system")

    def test_a_disk_that_fails(self):
        self.check_rest_and_recovery("fail EIO all", "Input/output error")

    def test_a_server_that_has_forgotten_its_files(self):
        self.check_rest_and_recovery("fail ESTALE all", "Stale file handle")

    def test_a_server_that_does_not_answer(self):
        self.check_rest_and_recovery("hang", "does not answer in time")

    def test_a_server_that_is_slow_is_waited_for(self):
        self.break_directory("delay 2")
        self.start_working()
        before = {name: lease["incarnation"] for name, lease in self.leases().items()}
        time.sleep(3 * LEASE)
        self.assertEqual({name: lease["incarnation"] for name, lease in self.leases().items()}, before)
        self.check_the_end()

    def test_one_host_alone_is_cut_off(self):
        self.start_working()
        before = self.leases()["a"]["incarnation"]
        self.break_directory("hang", ["a"])
        wait_until(lambda: "a" not in self.leases(), LEASE + SLACK, "the others have ended a")
        wait_until(lambda: RESTFUL in self.log_of("a"), LEASE + SLACK, "a says that it rests")
        created = self.deeds()[0]
        wait_until(lambda: self.deeds()[0] > created, 20, "the others go on")
        self.break_directory("", ["a"])
        wait_until(lambda: "a" in self.leases(), 20, "a has joined anew")
        self.assertNotEqual(self.leases()["a"]["incarnation"], before)
        self.check_the_end()


if __name__ == "__main__":
    unittest.main()
