"""The packages in a Debian 12 that systemd has booted: the service as an administrator meets it."""
import json
import re
import unittest

from booted_debian import BootedDebian
from clean_debian import package, wait_until

UNIT = "vcycled.service"
HTTPS_UNIT = "vcycle-https.service"
MACHINE = "vcycle-example-0123456789"
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

    def configure_https(self):
        """A certificate, addresses, and a machine on record."""
        self.debian.inside("openssl", "req", "-x509", "-newkey", "rsa:2048", "-noenc", "-days", "9", "-subj",
                           "/CN=localhost", "-keyout", "/etc/vcycle/hostkey.pem", "-out", "/etc/vcycle/hostcert.pem")
        self.debian.inside("chgrp", "vcycle", "/etc/vcycle/hostkey.pem")
        self.debian.inside("chmod", "0640", "/etc/vcycle/hostkey.pem")
        self.debian.write("/etc/vcycle.d/https.conf", "[settings]\nhttps_listen = 0.0.0.0:443 [::]:443\n"
                          "https_certificate = /etc/vcycle/hostcert.pem\nhttps_key = /etc/vcycle/hostkey.pem\n")
        folder = f"/var/lib/vcycle/shared/spaces/{EXAMPLE_SPACE}/current/{MACHINE}/machinefeatures"
        self.debian.write(f"{folder}/total_cpu", "4\n")

    def total_cpu(self):
        """What the machine reads, of the service on port 443."""
        return self.debian.beside("curl", "--silent", "--show-error", "--fail", "--max-time", "10", "--cacert",
                                  self.debian.path("/etc/vcycle/hostcert.pem"),
                                  f"https://localhost/machines/{EXAMPLE_SPACE}/{MACHINE}/machinefeatures/total_cpu").strip()

    def access_log(self):
        return self.debian.path("/var/log/vcycle/access.log").read_text()

    def test_1_is_not_started_by_itself(self):
        self.assertEqual(self.debian.inside("systemctl", "is-active", UNIT, status=3).strip(), "inactive")

    def test_2_starts_with_the_example_configuration(self):
        self.debian.inside("systemctl", "enable", "--now", UNIT)
        self.assertEqual(self.debian.property(UNIT, "ActiveState"), "active")
        self.assertEqual(self.debian.property(UNIT, "StatusText"), "1 space configured")
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
                          "/usr/sbin/vcycled --log-file /var/log/vcycle/vcycled.log --access-log /var/log/vcycle/access.log"
                          " --cycle-seconds 1\n")
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

    def test_8_serves_machines_on_port_443(self):
        self.configure_https()
        self.debian.inside("systemctl", "restart", UNIT)
        self.assertEqual(self.total_cpu(), "4")
        wait_until(lambda: f"/{MACHINE}/machinefeatures/total_cpu" in self.access_log(), 10, "the access log tells it")
        health = self.debian.beside("curl", "--silent", "--max-time", "10", "http://127.0.0.1:9780/healthz")
        self.assertTrue(health)

    def test_9_another_service_can_serve_them_in_its_place(self):
        self.debian.inside("systemctl", "stop", UNIT)
        self.debian.inside("systemctl", "start", HTTPS_UNIT)
        self.assertEqual(self.total_cpu(), "4")
        self.debian.inside("logrotate", "--force", "/etc/logrotate.d/vcycle")
        self.assertEqual(self.access_log(), "")
        self.assertEqual(self.total_cpu(), "4")
        wait_until(self.access_log, 10, "the new access log is written")
        self.debian.inside("systemctl", "stop", HTTPS_UNIT)
        self.assertEqual(self.debian.property(HTTPS_UNIT, "Result"), "success")
        self.debian.inside("systemctl", "start", UNIT)

    def test_a_counts_accounting_records_each_day(self):
        self.debian.inside("systemctl", "enable", "--now", "vcycle-apel-sync.timer")
        self.assertNotEqual(self.debian.property("vcycle-apel-sync.timer", "NextElapseUSecRealtime"), "")
        self.debian.inside("systemctl", "start", "vcycle-apel-sync.service")
        self.assertEqual(self.debian.property("vcycle-apel-sync.service", "Result"), "success")

    def test_b_stops_in_good_order_when_the_package_is_removed(self):
        main_process = self.main_process()
        self.debian.inside("dpkg", "--remove", "vacuum-vcycle")
        self.assertIn("vcycled ends", (self.debian.path("/var/log/vcycle/vcycled.log")).read_text())
        self.assertEqual(self.debian.inside("ls", f"/proc/{main_process}", status=2), "")


if __name__ == "__main__":
    unittest.main()
