"""The Debian packages: what lintian says, and what a site meets that installs, starts, upgrades and purges them."""
import json
import re
import signal
import subprocess
import unittest

from clean_debian import PACKAGES, CleanDebian, package, wait_until

EXAMPLE_SPACE = "vcycle01.example.com"


def field(path, name):
    return subprocess.run(["dpkg-deb", "--field", path, name], capture_output=True, text=True, check=True).stdout.strip()


class ThePackagesAsFiles(unittest.TestCase):
    def test_lintian_finds_no_error(self):
        changes = sorted(PACKAGES.glob("*.changes"))
        self.assertEqual(len(changes), 1)
        done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", "--no-cfg", changes[0]],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_depend_on_the_libraries_that_the_programs_are_linked_with(self):
        depends = field(package("vacuum-vcycle"), "Depends")
        for library in ("libc6", "libcurl4", "libstdc++6"):
            self.assertRegex(depends, rf"\b{re.escape(library)}(?![\w.+-])")
        self.assertNotIn("-dev", depends)

    def test_take_the_place_of_vcycle(self):
        for name in ("Conflicts", "Replaces", "Provides"):
            self.assertEqual(field(package("vacuum-vcycle"), name), "vcycle")


class ASystem(unittest.TestCase):
    """A clean Debian 12 for the tests of one class."""

    @classmethod
    def setUpClass(cls):
        cls.debian = CleanDebian()
        cls.addClassCleanup(cls.debian.stop)

    def spaces(self):
        return {space["space"]: space for space in json.loads(self.debian.run("vcycle", "spaces", "--json"))["spaces"]}


class OnACleanDebian(ASystem):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debian.install(package("vacuum-vcycle"), package("vacuum-cloudbox"))

    def test_makes_the_user_vcycle_that_nobody_can_be(self):
        user = self.debian.run("getent", "passwd", "vcycle").strip().split(":")
        self.assertEqual(user[5:], ["/var/lib/vcycle", "/usr/sbin/nologin"])
        self.assertLess(int(user[2]), 1000)

    def test_gives_files_to_whom_they_belong(self):
        expected = {"/etc/vcycle": "0750 root vcycle", "/etc/vcycle.conf": "0640 root vcycle",
                    "/etc/vcycle/password": "0640 root vcycle", "/etc/vcycle/user_data": "0640 root vcycle",
                    "/etc/vcycle.d": "0755 root root", "/var/lib/vcycle": "0755 vcycle vcycle",
                    "/var/lib/vcycle/shared": "0755 vcycle vcycle", "/var/log/vcycle": "0750 vcycle vcycle",
                    "/usr/sbin/vcycled": "0755 root root", "/usr/bin/vcycle": "0755 root root"}
        self.assertEqual({path: self.debian.ownership(path) for path in expected}, expected)

    def test_programs_tell_their_version_and_help(self):
        version = field(package("vacuum-vcycle"), "Version")
        for program in ("vcycled", "vcycle", "cloudbox", "vacsim"):
            self.assertIn(f" {version}", self.debian.run(program, "--version"))
            self.assertIn("--help", self.debian.run(program, "--help"))

    def test_the_example_configuration_has_no_mistake(self):
        told = json.loads(self.debian.run_as_vcycle("vcycle", "check", "--json"))
        self.assertEqual((told["diagnostics"], [space["usable"] for space in told["spaces"]]), ([], [True]))

    def test_the_daemon_runs_with_the_example_configuration_and_tells_that_its_cloud_cannot_be_reached(self):
        daemon = self.debian.start_as_vcycle("vcycled")
        try:
            status = self.debian.path(f"/var/lib/vcycle/status/{EXAMPLE_SPACE}.json")
            wait_until(status.exists, 60, f"the first cycle; {self.debian.process_log()}")
            error = wait_until(lambda: self.spaces()[EXAMPLE_SPACE]["error"], 60, "the space tells an error")
            self.assertIn("keystone.example.com", error)
            self.assertIn(EXAMPLE_SPACE, self.debian.run("vcycle", "spaces"))
            self.assertIsNone(daemon.poll(), self.debian.process_log())
            daemon.send_signal(signal.SIGHUP)
            wait_until(lambda: "SIGHUP" in self.debian.process_log(), 20, "SIGHUP is told")
            self.assertIsNone(daemon.poll())
        finally:
            daemon.send_signal(signal.SIGTERM)
            self.assertEqual(daemon.wait(40), 0, self.debian.process_log())
        self.assertIn("vcycled ends", self.debian.process_log())

    def test_manual_pages_render_without_a_complaint(self):
        pages = [line for line in self.debian.run("dpkg", "-L", "vacuum-vcycle", "vacuum-cloudbox").splitlines()
                 if re.search(r"/man/man\d/.", line)]
        self.assertGreaterEqual(len(pages), 4)
        for page in pages:
            done = subprocess.run(["man", "--warnings", "--local-file", self.debian.path(page)], capture_output=True,
                                  text=True, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "MANWIDTH": "80"})
            self.assertEqual((done.returncode, done.stderr), (0, ""), page)
            self.assertIn("NAME", done.stdout)

    def test_systemd_accepts_the_units_and_finds_them_well_confined(self):
        units = [line for line in self.debian.run("dpkg", "-L", "vacuum-vcycle").splitlines()
                 if re.search(r"/systemd/system/.*\.(service|timer)$", line)]
        self.assertIn("/lib/systemd/system/vcycled.service", units)
        self.debian.run("systemd-analyze", "verify", "--man=no", *units)
        for unit in units:
            if unit.endswith(".service"):
                # Exposure in tenths: 25 or less is what systemd calls OK at its best.
                self.debian.run("systemd-analyze", "security", "--no-pager", "--offline=yes", "--threshold=25", unit)

    def test_nothing_is_enabled_before_a_site_says_so(self):
        self.assertEqual(self.debian.run("systemctl", "is-enabled", "vcycled.service", status=1).strip(), "disabled")

    def test_logrotate_accepts_its_part(self):
        log = "/var/log/vcycle/vcycled.log"
        self.debian.run_as_vcycle("sh", "-c", f"echo line >{log}")
        self.debian.run("logrotate", "--force", "/etc/logrotate.d/vcycle")
        self.assertEqual(self.debian.path(log + ".1").read_text(), "line\n")
        self.assertEqual(self.debian.ownership(log), "0640 vcycle vcycle")

    def test_every_file_named_by_a_document_is_there(self):
        documents = self.debian.path("/usr/share/doc/vacuum-vcycle")
        for document in [documents / "README.md", *documents.glob("docs/**/*.md")]:
            for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text()):
                if "://" in target or re.search(r"(^|/)(tests|man|LICENSE)\b", target):
                    continue
                there = self.debian.run("sh", "-c", f"cd /{document.parent.relative_to(self.debian.root)} && ls -d {target}",
                                        status=None)
                self.assertTrue(there, f"{document.name}: {target} is not in the package")


class WhereVcycleWas(ASystem):
    """A host with the configuration and the state of Vcycle 3.0."""

    CONFIGURATION = "[space old.example.com]\napi = openstack\n"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debian.write("/etc/vcycle.conf", cls.CONFIGURATION)
        cls.debian.write("/var/lib/vcycle/shared/last_abort_times/old.example.com/prod", "1700000000")
        cls.debian.install(package("vacuum-vcycle"))

    def test_its_configuration_stays_as_it_is(self):
        self.assertEqual(self.debian.path("/etc/vcycle.conf").read_text(), self.CONFIGURATION)
        self.assertFalse(self.debian.path("/etc/vcycle/password").exists())

    def test_its_state_stays(self):
        state = self.debian.path("/var/lib/vcycle/shared/last_abort_times/old.example.com/prod")
        self.assertEqual(state.read_text(), "1700000000")


class OverTime(ASystem):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = cls.ours()
        cls.debian.install(package("vacuum-vcycle"))

    @classmethod
    def ours(cls):
        """All paths outside /proc whose names speak of us."""
        found = cls.debian.run("find", "/", "-xdev", "(", "-path", "/proc", "-o", "-path", "/root", "-o", "-path",
                               "/var/cache/apt", ")", "-prune", "-o", "(", "-iname", "*vcycle*", "-o", "-iname",
                               "*vacuum*", ")", "-print")
        return set(found.splitlines())

    def test_1_an_upgrade_keeps_what_the_site_wrote(self):
        self.debian.write("/etc/vcycle.conf", "# ours\n")
        self.debian.path("/etc/vcycle/user_data").unlink()
        self.debian.run("dpkg", "--install", f"/root/{package('vacuum-vcycle').name}")
        self.assertEqual(self.debian.path("/etc/vcycle.conf").read_text(), "# ours\n")
        self.assertFalse(self.debian.path("/etc/vcycle/user_data").exists())

    def test_2_removal_keeps_the_configuration_and_a_new_installation_finds_it(self):
        self.debian.run("apt-get", "-qq", "-y", "remove", "vacuum-vcycle")
        self.assertFalse(self.debian.path("/usr/sbin/vcycled").exists())
        self.assertEqual(self.debian.path("/etc/vcycle.conf").read_text(), "# ours\n")
        self.debian.run("dpkg", "--install", f"/root/{package('vacuum-vcycle').name}")
        self.assertEqual(self.debian.path("/etc/vcycle.conf").read_text(), "# ours\n")

    def test_3_purging_leaves_the_state_alone(self):
        self.debian.write("/var/lib/vcycle/shared/spaces/a.example.com/current/vcycle-x-0123456789/created", "1")
        self.debian.run("apt-get", "-qq", "-y", "purge", "vacuum-vcycle")
        left = {path for path in self.ours() - self.before if not path.startswith("/var/lib/vcycle/")}
        self.assertEqual(left, {"/var/lib/vcycle"})
        self.assertTrue(self.debian.path("/var/lib/vcycle/shared/spaces/a.example.com/current").exists())


if __name__ == "__main__":
    unittest.main()
