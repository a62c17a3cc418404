"""Starts cloudbox and vcycled as a user would, each test in a folder of its own, and looks at them from outside.

VACUUM_BIN names the folder of the programs (default: build/dev/bin).
"""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import unittest.mock
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("VACUUM_BIN", ROOT / "build/dev/bin"))

SPACE = "test.example.com"
SANITIZERS = ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")


def wait_until(condition, seconds, what):
    """The value of `condition` once it is true; fails the test after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


def free_port():
    """A TCP port of 127.0.0.1 that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cloudbox:
    """The embedded cloud in a process of its own."""

    def __init__(self, folder, scenario, *arguments, joboutputs=True):
        self.folder = Path(folder)
        self.scenario = self.folder / "scenario.json"
        self.scenario.write_text(json.dumps(scenario))
        self.port_file = self.folder / "port"
        self.log = open(self.folder / "cloudbox.log", "ab")
        if joboutputs:  # VMs leave their files beside the service
            spaces = self.folder / "state/shared/spaces"
            spaces.mkdir(parents=True, exist_ok=True)
            arguments = ("--joboutputs-root", spaces, *arguments)
        self.process = subprocess.Popen(
            [BIN / "cloudbox", "--scenario", self.scenario, "--port", "0", "--port-file", self.port_file,
             *map(str, arguments)], stdout=self.log, stderr=self.log)
        wait_until(lambda: self.port_file.exists() and self.port_file.read_text().strip(), 20, "cloudbox is up")
        self.url = f"http://127.0.0.1:{self.port_file.read_text().strip()}"

    def request(self, method, path, body=None, headers=None):
        """The answer's JSON (None where it has no body) and its headers."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method,
                                         headers={"Content-Type": "application/json", **(headers or {})})
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return (json.loads(text) if text.strip() else None), answer.headers

    def call(self, method, path, body=None):
        return self.request(method, path, body)[0]

    def state(self):
        return self.call("GET", "/cloudbox/state")

    def faults(self, **faults):
        return self.call("POST", "/cloudbox/faults", faults)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)
        self.log.close()


class Service:
    """One run of `program` on the configuration and the state of a folder."""

    program = ""
    prefix = ()  # the command that starts it, if it is not started directly

    def __init__(self, folder, *arguments):
        self.log_path = Path(folder) / f"{self.program}.log"
        self.log = open(self.log_path, "ab")
        self.process = subprocess.Popen(
            [*self.prefix, BIN / self.program, "--config", Path(folder) / "vcycle.conf", "--state-dir",
             Path(folder) / "state", *map(str, arguments)], stdout=self.log, stderr=self.log)

    def stop(self, seconds=30):
        """Asks it to stop; answers its exit status."""
        if self.process.poll() is None:
            self.process.terminate()
        status = self.process.wait(seconds)
        self.log.close()
        return status


class Vcycled(Service):
    program = "vcycled"

    def kill9(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(20)
        self.log.close()


def section(title, options):
    """The text of a section of vcycle.conf."""
    return f"[{title}]\n" + "".join(f"{name} = {value}\n" for name, value in options.items())


# Y2xvdWRib3g= is "cloudbox", the password of cloudbox's user demo.
def configuration(url, machinetypes, **space):
    """The text of a vcycle.conf with one space. `machinetypes`: name → options."""
    options = {"api": "openstack", "url": f"{url}/identity/v3", "project_name": "demo", "username": "demo",
               "password_base64": "Y2xvdWRib3g=", "flavor_names": "m1.small", "create_seconds": 3,
               "request_seconds": 3, **space}
    text = section(f"space {SPACE}", options)
    for machinetype, own in machinetypes.items():
        options = {"target_share": 1, "backoff_seconds": 2, "fizzle_seconds": 2, "root_image": "image:cernvm4",
                   "user_data": ROOT / "examples/user_data", **own}
        text += "\n" + section(f"machinetype {SPACE} {machinetype}", options)
    return text


class SystemTest(unittest.TestCase):
    """A folder for each test; what it started is ended, and the logs are shown where it failed."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="vacuum-test."))
        self.started = []
        self.addCleanup(self.clean_up)
        # Programs built with sanitizers inherit where to report to: they may do so as late as at their end.
        reports = {name: ":".join(filter(None, (os.environ.get(name), f"log_path={self.folder}/sanitizer-report")))
                   for name in SANITIZERS}
        inherited = unittest.mock.patch.dict(os.environ, reports)
        inherited.start()
        self.addCleanup(inherited.stop)

    def clean_up(self):
        for thing in reversed(self.started):
            thing.stop()
        reports = "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("sanitizer-report.*")))
        try:
            if reports:
                self.fail(f"a sanitizer complains of a program that this test started:\n{reports}")
        finally:
            self.show_logs_and_remove()

    def show_logs_and_remove(self):
        outcome = self._outcome.result
        if any(test is self for test, _ in outcome.failures + outcome.errors):
            for log in sorted(self.folder.glob("*.log")):
                print(f"--- {log.name} (last lines)\n" + "\n".join(log.read_text(errors="replace").splitlines()[-40:]))
        shutil.rmtree(self.folder, ignore_errors=True)

    def cloudbox(self, scenario, *arguments, **options):
        self.started.append(Cloudbox(self.folder, scenario, *arguments, **options))
        return self.started[-1]

    def configure(self, text):
        (self.folder / "vcycle.conf").write_text(text)

    def vcycled(self, *arguments):
        daemon = Vcycled(self.folder, *arguments)
        self.started.append(daemon)
        return daemon

    def vcycle(self, *arguments, status=0):
        """Runs the command line; answers its standard output."""
        done = subprocess.run([BIN / "vcycle", "--config", self.folder / "vcycle.conf",
                               "--state-dir", self.folder / "state", *map(str, arguments)],
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout

    def vcycle_json(self, *arguments):
        return json.loads(self.vcycle(*arguments, "--json"))

    def records(self):
        """Names of the machines on record."""
        current = self.folder / f"state/shared/spaces/{SPACE}/current"
        names = sorted(p.name for p in current.iterdir()) if current.exists() else []
        return [name for name in names if not name.startswith(".")]  # not a probe that a crash left

    def log_lines(self, pattern):
        text = (self.folder / "vcycled.log").read_text(errors="replace")
        return [line for line in text.splitlines() if re.search(pattern, line)]
