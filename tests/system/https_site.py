"""A site's HTTPS service and its clients: certificates, a state directory with machines, curl as a VM."""
import base64
import hashlib
import hmac
import json
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

from certificates import Authority
from harness import SPACE, Service, SystemTest, free_port, section, wait_until

PILOT = "/DC=org/DC=example/CN=pilot"
KEY = bytes(range(100, 132))


def token_of(machine, key=KEY, space=SPACE):
    digest = hmac.digest(key, f"{space}/{machine}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class Answer:
    def __init__(self, status, body, headers=""):
        self.status, self.body, self.headers = status, body, headers

    def __repr__(self):
        return f"{self.status}: {self.body!r}"


class HttpsProgram(Service):
    program = "vcycle-https"

    def __init__(self, folder, *arguments):
        super().__init__(folder, "--access-log", Path(folder) / "access.log", *arguments)

    def hang_up(self):
        self.process.send_signal(signal.SIGHUP)


class HttpsSiteTest(SystemTest):
    """A folder with certificates, which the tests of a class share, and a service to ask."""

    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.TemporaryDirectory(prefix="vacuum-certificates.")
        cls.addClassCleanup(cls.shared.cleanup)
        cls.authority = Authority(Path(cls.shared.name) / "ca")
        cls.certificate, cls.key = cls.authority.host()
        cls.pilot = cls.authority.person("pilot", PILOT)
        cls.rfc_proxy = cls.authority.rfc_proxy("pilot-rfc", "pilot", PILOT)
        cls.legacy_proxy = cls.authority.legacy_proxy("pilot-legacy", "pilot", PILOT)
        cls.other = cls.authority.person("other", "/DC=org/DC=example/CN=other")
        cls.alike = cls.authority.person("alike", PILOT + "s")
        cls.alike_proxy = cls.authority.rfc_proxy("alike-rfc", "alike", PILOT + "s")
        cls.stranger = Authority(Path(cls.shared.name) / "stranger").person("pilot", PILOT)

    def setUp(self):
        super().setUp()
        self.https_port, self.http_port, self.status_port = free_port(), free_port(), free_port()
        self.https = f"https://127.0.0.1:{self.https_port}"
        self.http = f"http://127.0.0.1:{self.http_port}"
        self.status = f"http://127.0.0.1:{self.status_port}"
        for source, name in ((self.certificate, "cert.pem"), (self.key, "key.pem")):
            (self.folder / name).touch(0o600)
            (self.folder / name).write_text(source.read_text())
        self.shared_directory = self.folder / "state/shared"
        self.shared_directory.mkdir(parents=True, exist_ok=True)
        key_file = self.shared_directory / "token_key"
        key_file.touch(0o600)
        key_file.write_text(base64.b64encode(KEY).decode() + "\n")

    def settings(self, **more):
        options = {"https_listen": f"127.0.0.1:{self.https_port}", "http_listen": f"127.0.0.1:{self.http_port}",
                   "status_listen": f"127.0.0.1:{self.status_port}", "https_certificate": self.folder / "cert.pem",
                   "https_key": self.folder / "key.pem", "ca_directory": self.authority.trusts, **more}
        return section("settings", options)

    def machine(self, name, dn=PILOT, place="current", **files):
        """Lays out a machine as vcycled does; answers its directory."""
        folder = self.shared_directory / f"spaces/{SPACE}/{place}/{name}"
        for part in ("machinefeatures", "jobfeatures", "joboutputs"):
            (folder / part).mkdir(parents=True)
        (folder / "machinefeatures/total_cpu").write_text("4\n")
        (folder / "machinefeatures/hs06").write_text("40\n")
        (folder / "jobfeatures/job_id").write_text("the-uuid\n")
        (folder / "https_x509dn").write_text(dn + "\n")
        for file, text in files.items():
            (folder / file).write_text(text)
        return folder

    def serve(self, *arguments, **settings):
        self.configure(self.settings(**settings))
        program = HttpsProgram(self.folder, *arguments)
        self.started.append(program)
        self.wait_until_served(program.process)
        return program

    def wait_until_served(self, process):
        def listens():
            self.assertIsNone(process.poll(), "the service ended")
            try:
                for port in (self.https_port, self.status_port):
                    socket.create_connection(("127.0.0.1", port), 1).close()
                return True
            except OSError:
                return False
        wait_until(listens, 20, "the service listens")

    def curl(self, url, *arguments, expect_failure=False):
        """Asks as a VM with curl does."""
        command = ["curl", "-sS", "--max-time", "20", "--cacert", self.authority.path("authority.crt"), "-o", "-",
                   "-D", self.folder / "headers", "-w", "\n%{http_code}", "--path-as-is", *map(str, arguments), url]
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)
        if expect_failure:
            self.assertNotEqual(done.returncode, 0, done.stdout)
            return None
        self.assertEqual(done.returncode, 0, done.stderr)
        body, _, status = done.stdout.decode(errors="replace").rpartition("\n")
        return Answer(int(status), body, (self.folder / "headers").read_text())

    def output_url(self, machine, file="heartbeat"):
        return f"{self.https}/machines/{SPACE}/{machine}/joboutputs/{file}"

    def put(self, machine, *arguments, file="heartbeat", content="alive\n", token=None, certificate=None):
        upload = self.folder / "upload"
        upload.write_text(content)
        who = []
        if token is not None:
            who += ["-H", f"Authorization: Bearer {token}"]
        if certificate is not None:
            who += ["--cert", certificate, "--key", certificate]
        return self.curl(self.output_url(machine, file), "-T", upload, *who, *arguments)

    def get_json(self, path):
        answer = self.curl(self.status + path)
        self.assertEqual(answer.status, 200, answer)
        return json.loads(answer.body)
