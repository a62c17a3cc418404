"""The packages in a Debian 12 that systemd has booted: the service as an administrator meets it."""
import json
import re
import unittest

from booted_debian import BootedDebian
from clean_debian import package, wait_until

UNIT = "vcycled.service"
EXAMPLE_SPACE = "vcycle01.example.com"


class TheService(unittest.TestCase):
    """Tests of one life of the system, in this order."""

    @classmethod
    def setUpClass(cls):
        cls.debian = BootedDebian()
        cls.addClassCleanup(cls.debian.stop)
        cls.debian.install(package("vacuum-vcycle"))
        cls.debian.run("apt-get", "-qq", "-y", "install", "systemd-sysv", "dbus")
        cls.debian.boot()

    def wait_for_line(self, words):
        wait_until(lambda: words in self.debian.journal(UNIT), 60, f"the journal says '{words}'")

    def main_process(self):
        return self.debian.property(UNIT, "MainPID")

    def test_1_is_not_started_by_itself(self):
        self.assertEqual(self.debian.inside("systemctl", "is-active", UNIT, status=3).strip(), "inactive")

    def test_2_starts_with_the_example_configuration(self):
        self.debian.inside("systemctl", "enable", "--now", UNIT)
        self.assertEqual(self.debian.property(UNIT, "ActiveState"), "active")
        self.assertEqual(self.debian.property(UNIT, "StatusText"), "1 spaces configured")
        self.wait_for_line("keystone.example.com")
        told = json.loads(self.debian.inside("vcycle", "spaces", "--json"))["spaces"]
        self.assertEqual([space["space"] for space in told], [EXAMPLE_SPACE])
        self.assertEqual(self.debian.property(UNIT, "ActiveState"), "active")

    def test_3_runs_as_vcycle_with_the_one_capability_that_it_needs(self):
        status = self.debian.inside("cat", f"/proc/{self.main_process()}/status")
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        user = self.debian.inside("id", "-u", "vcycle").strip()
        self.assertEqual(set(fields["Uid"].split()), {user})
        net_bind_service = f"{1 << 10:016x}"
        self.assertEqual([fields["CapEff"], fields["CapBnd"], fields["NoNewPrivs"]], [net_bind_service] * 2 + ["1"])
        limits = self.debian.inside("cat", f"/proc/{self.main_process()}/limits")
        files = int(re.search(r"(?m)^Max open files +(\d+) ", limits).group(1))
        self.assertGreater(files, 15000, "ten thousand connections of VMs, and the rest")

    def test_4_reads_its_configuration_when_asked_to(self):
        self.debian.inside("systemctl", "reload", UNIT)
        self.wait_for_line("SIGHUP")
        self.assertEqual(self.debian.property(UNIT, "ActiveState"), "active")

    def test_5_rotates_a_log_file_without_losing_a_line(self):
        self.debian.inside("mkdir", "-p", f"/etc/systemd/system/{UNIT}.d")
        self.debian.write(f"/etc/systemd/system/{UNIT}.d/log.conf", "[Service]\nExecStart=\nExecStart="
                          "/usr/sbin/vcycled --log-file /var/log/vcycle/vcycled.log --cycle-seconds 1\n")
        self.debian.inside("systemctl", "daemon-reload")
        self.debian.inside("systemctl", "restart", UNIT)
        self.debian.inside("logrotate", "--force", "/etc/logrotate.d/vcycle")
        log = self.debian.path("/var/log/vcycle/vcycled.log")
        wait_until(lambda: "SIGHUP" in log.read_text(), 30, "the new log file is written")
        self.assertIn(" starts; ", log.with_name("vcycled.log.1").read_text())

    def test_6_is_started_again_when_it_is_killed(self):
        before = self.main_process()
        self.debian.inside("systemctl", "kill", "--signal=KILL", UNIT)
        wait_until(lambda: self.main_process() not in ("0", before) and
                   self.debian.property(UNIT, "ActiveState") == "active", 60, "it runs again")

    def test_7_a_new_installation_of_the_package_restarts_it(self):
        before = self.main_process()
        self.debian.inside("dpkg", "--install", f"/root/{package('vacuum-vcycle').name}")
        self.assertEqual(self.debian.property(UNIT, "ActiveState"), "active")
        self.assertNotEqual(self.main_process(), before)

    def test_8_stops_in_good_order_when_the_package_is_removed(self):
        main_process = self.main_process()
        self.debian.inside("dpkg", "--remove", "vacuum-vcycle")
        self.assertIn("vcycled ends", (self.debian.path("/var/log/vcycle/vcycled.log")).read_text())
        self.assertEqual(self.debian.inside("ls", f"/proc/{main_process}", status=2), "")


if __name__ == "__main__":
    unittest.main()
