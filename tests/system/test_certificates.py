"""Proxies and tokens as machines are given them, and the commands about certificates."""
import subprocess
import unittest

from harness import BIN, SPACE, SystemTest, configuration, wait_until

WORKING = {"boot_seconds": 0.1, "work_seconds": 100000}
CLOUD = {"schedule_seconds": 0, "build_seconds": 0.1, "delete_seconds": 0.1}
TEMPLATE = "proxy:\n##user_data_option_x509_proxy##:end\ntoken=##user_data_option_joboutputs_token##\n"


def run(*command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, check=False,
                          **options)


class Certificates(SystemTest):
    def setUp(self):
        super().setUp()
        self.ca = self.folder / "ca.pem"
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", 30, "-subj", "/DC=org/CN=CA", "-keyout",
                     self.folder / "cakey.pem", "-out", self.ca)

    def openssl(self, *arguments):
        done = run("openssl", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def give_certificate(self, machinetype, days):
        """x509cert.pem and x509key.pem of a robot, beside the machinetype's files/."""
        directory = self.folder / f"state/spaces/{SPACE}/machinetypes/{machinetype}"
        (directory / "files").mkdir(parents=True, exist_ok=True)
        (directory / "files/template").write_text(TEMPLATE)
        request = self.folder / "request.pem"
        self.openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/DC=org/CN=robot", "-keyout",
                     directory / "x509key.pem", "-out", request)
        self.openssl("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self.folder / "cakey.pem", "-days", days,
                     "-out", directory / "x509cert.pem")
        return directory

    def start(self, **machinetypes):
        cloud = self.cloudbox({"cloud": CLOUD, "machinetypes": {name: WORKING for name in machinetypes}})
        types = {name: {"user_data": "template", **options} for name, options in machinetypes.items()}
        self.configure(configuration(cloud.url, types, max_created_percent=100, processors_limit=8))
        return self.vcycled("--cycle-seconds", 0.2)

    def user_data(self, machinetype):
        """What a machine of that type was given."""
        current = self.folder / f"state/shared/spaces/{SPACE}/current"
        path = wait_until(lambda: next(iter(current.glob(f"vcycle-{machinetype}-*/user_data")), None), 30,
                          f"a machine of {machinetype}")
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        return path.read_text()

    def proxy(self, machinetype):
        path = self.folder / f"{machinetype}.proxy"
        path.write_text(self.user_data(machinetype).split("proxy:\n")[1].split(":end")[0])
        path.chmod(0o600)
        return path

    def voms_proxy_info(self, path):
        done = run("voms-proxy-info", "-file", path, "-all", env={"HOME": str(self.folder), "PATH": "/usr/bin",
                                                                  "X509_CERT_DIR": str(self.folder)})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_machines_are_given_proxies_that_the_tools_of_others_accept(self):
        certificate = self.give_certificate("rfc", 10) / "x509cert.pem"
        self.give_certificate("old", 10)
        self.start(rfc={"user_data_proxy": True}, old={"user_data_proxy": True, "legacy_proxy": True})
        proxy = self.proxy("rfc")
        self.openssl("verify", "-allow_proxy_certs", "-CAfile", self.ca, "-untrusted", certificate, proxy)
        told = self.voms_proxy_info(proxy)
        self.assertIn("subject   : /DC=org/CN=robot/CN=rfc\n", told)
        self.assertIn("RFC compliant", told)
        self.assertRegex(told, r"timeleft  : (23:\d\d:\d\d|24:00:00)\n")
        old = self.voms_proxy_info(self.proxy("old"))
        self.assertIn("subject   : /DC=org/CN=robot/CN=limited proxy\n", old)
        self.assertIn("limited", old.split("type")[1].splitlines()[0])
        self.assertNotIn("PRIVATE KEY", (self.folder / "vcycled.log").read_text())

    def test_a_certificate_that_ends_too_soon_holds_its_machinetype_alone_until_it_is_renewed(self):
        self.give_certificate("late", 1)
        self.give_certificate("good", 10)
        self.start(late={"user_data_proxy": True, "max_wallclock_seconds": 172800},
                   good={"user_data_proxy": True, "processors_limit": 2})
        self.user_data("good")
        wait_until((self.folder / f"state/status/{SPACE}.json").exists, 20, "the first cycle is over")
        waiting = [each for each in self.vcycle_json("machinetypes")["machinetypes"] if each["wait"] == "not_ready"]
        self.assertEqual([each["name"] for each in waiting], ["late"])
        self.assertIn("before the machine would", waiting[0]["why"])
        self.vcycle("proxy-init", SPACE, "late", status=1)
        self.give_certificate("late", 10)
        self.assertIn("proxies      /DC=org/CN=robot/CN=late\n", self.vcycle("proxy-init", SPACE, "late"))
        self.user_data("late")

    def test_each_machine_is_given_a_token_of_its_own_and_a_restart_keeps_it(self):
        self.give_certificate("a", 10)
        daemon = self.start(a={})
        token = self.user_data("a").split("token=")[1].strip()
        self.assertRegex(token, r"^[A-Za-z0-9_-]{43}$")
        key = self.folder / "state/shared/token_key"
        self.assertEqual(key.stat().st_mode & 0o777, 0o600)
        before = key.read_text()
        wait_until(lambda: len(self.records()) == 8, 20, "the space is full")
        written = lambda: list((self.folder / "state").glob("shared/spaces/*/current/*/user_data"))
        wait_until(lambda: len(written()) == 8, 20, "each machine has its user_data")
        self.assertEqual(len({path.read_text() for path in written()}), 8)
        self.assertEqual(daemon.stop(), 0)
        self.started.remove(daemon)
        self.vcycled("--cycle-seconds", 0.2)
        wait_until(lambda: len(self.log_lines("vcycled .* starts")) == 2, 10, "the second start")
        self.assertEqual(key.read_text(), before)


class ImageSignature(SystemTest):
    def test_an_image_without_a_signature_is_refused_in_words(self):
        image = self.folder / "image"
        image.write_bytes(b"x" * 100_000)
        done = run(BIN / "vcycle", "image-signature", "--ca-directory", self.folder, image)
        self.assertEqual(done.returncode, 1)
        self.assertIn("carries no signature", done.stderr)


if __name__ == "__main__":
    unittest.main()
