"""The whole platform at once: a pipe gives machinetypes, their VMs read features and report over HTTPS with their tokens, what
they say is fed back, accounted and told to a VacMon; and faults of all that lies beside the cycles delay none of them."""
import re
import time
import unittest

from harness import SPACE, wait_until
from platform_site import PlatformSite

WORK = {"boot_seconds": 0.2, "work_seconds": 4, "heartbeat_seconds": 0.5, "features_seconds": 1}
IDLE = {"boot_seconds": 0.2, "idle_seconds": 0.5, "work": "never"}


class TheWholeWay(PlatformSite):
    def test_from_the_pipe_to_the_accounts(self):
        self.begin_cloud({"vo-prod": WORK, "vo-idle": IDLE})
        self.publish({"suffix": "prod", "heartbeat_file": "heartbeat", "heartbeat_seconds": 20,
                      "accounting_fqan": "/vo/Role=prod"}, {"suffix": "idle"})
        self.configure(self.site())
        self.vcycled("--cycle-seconds", 0.5)
        self.check_a_machine_at_work()
        self.check_the_one_without_work()
        self.check_accounts_and_messages()
        traffic = self.cloud.state()["guest_service"]
        self.assertEqual((traffic["files_failed"], traffic["features_failed"]), (0, 0), traffic)

    def check_a_machine_at_work(self):
        name = wait_until(lambda: self.machines_of("vo-prod"), 40, "the pipe's machinetype gets a machine")[0]
        guest = wait_until(lambda: (g := self.guest(name)).get("machinefeatures") and g, 20, "it reads its features")
        self.assertTrue(guest["has_token"])
        self.assertEqual(guest["machinefeatures"]["total_cpu"], "1")
        self.assertEqual(guest["jobfeatures"]["wall_limit_secs"], "86400")
        beat = wait_until(lambda: self.outputs(name, "heartbeat"), 20, "its heartbeat arrives")
        self.assertLess(abs(int(beat) - time.time()), 60)
        message = wait_until(lambda: self.outputs(name, "shutdown_message"), 30, "its message arrives")
        self.assertEqual(message.strip(), "200 Success")

    def check_the_one_without_work(self):
        def backs_off():
            told = {row["name"]: row for row in self.vcycle_json("machinetypes")["machinetypes"]}
            return "backing off" in told.get("vo-idle", {}).get("why", "")
        wait_until(backs_off, 40, "vo-idle backs off after 300 No more work")
        self.assertIn("300", self.vcycle("machinetypes"))

    def check_accounts_and_messages(self):
        record = wait_until(lambda: [text for text in self.accounting() if "FQAN: /vo/Role=prod" in text], 40,
                            "a machine that ended is accounted")[0]
        self.assertIn("Site: SITE-TEST", record)
        self.assertRegex(record, r"LocalUserId: vcycle-vo-prod-[a-z0-9]{10}")
        self.assertTrue(record.rstrip().endswith("%%"))
        status = wait_until(lambda: self.vacmon.received("machine_status"), 40, "the VacMon hears of a machine's end")[0]
        self.assertEqual(status["space"], SPACE)
        wait_until(lambda: self.vacmon.received("machinetype_status"), 10, "and of the machinetypes")
        wait_until(lambda: self.vacmon.received("factory_status"), 10, "and of the manager")


class Faults(PlatformSite):
    """A VacMon without a name, a web server that never answers, a disk without room: all at once."""

    def test_beside_the_cycles_delay_none_and_are_told(self):
        self.begin_cloud({"own": WORK})
        self.publish({"suffix": "prod"})
        (self.www / "large.img").write_bytes(b"\0" * (3 << 20))
        self.cloud.faults(requests=[{"kind": "hanging", "path": "/www/site.pipe"}])
        self.configure(self.site(self.machinetype("own"),
                                 self.machinetype("imaged", root_image=f"{self.cloud.url}/www/large.img"),
                                 vacmon_hostport="no-such-host.invalid:8884"))
        self.confined_vcycled(self.folder / "state/imagecache", "1m", "--cycle-seconds", 0.5)
        wait_until(lambda: self.machines_of("own"), 40, "machines are created all the same")
        wanted = [r"vacmon no-such-host\.invalid", r"vacuum pipe vo", r"large\.img|image"]
        told = wait_until(lambda: (text := self.vcycle("spaces")) and all(re.search(want, text) for want in wanted) and text,
                          90, "vcycle spaces tells all three")
        self.assertRegex(told, r"left in \S+/imagecache", told)
        metrics = self.metrics()
        for want in wanted:
            self.assertRegex(metrics, rf'vacuum_fault{{[^}}]*({want})[^}}]*}} 1')
        self.check_cycles_keep_their_time()

    def check_cycles_keep_their_time(self):
        begins, longest = set(), 0
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            space = self.space()
            begins.add(space["cycle_began"])
            longest = max(longest, space["cycle_took_ms"])
            time.sleep(0.2)
        self.assertGreaterEqual(len(begins), 6, "cycles go on")
        self.assertLess(longest, 3000, "none waits for what does not work")
        self.assertNotIn("imaged", {server["machinetype"] for server in
                                    self.cloud.call("GET", "/cloudbox/servers")["servers"]}, "no machine without its image")


if __name__ == "__main__":
    unittest.main()
