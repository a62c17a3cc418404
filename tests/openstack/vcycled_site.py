"""One vcycled with a configuration and a state directory of its own, and what it leaves behind."""
import base64
import json
import os
import pathlib
import shutil
import signal
import subprocess
import threading

from fixture.rest import Client
from fixture.settings import PASSWORD
from fixture.testing import CloudTest, eventually

BIN = pathlib.Path(os.environ.get("VACUUM_BIN", pathlib.Path(__file__).parents[2] / "build/dev/bin"))
SPACE = "demo.example.com"
PREFIX = "vcycle-"
USER_DATA = "#!/bin/sh\n# ##user_data_space## ##user_data_machinetype## ##user_data_machine_hostname##\n"
LOG_LINES_SHOWN = 40

# Records of machines that are gone are kept for so long after their creation. Where no machine is to end, the time is
# long: on a busy computer nova itself takes its time.
SHORT_LIVES = 15
LONG_LIVES = 90

SPACE_OPTIONS = {"api": "openstack", "domain_name": "default", "flavor_names": "m1.tiny", "create_seconds": SHORT_LIVES,
                 "max_created_percent": 100}
# machines that never tell anything and live long
MACHINETYPE_OPTIONS = {"target_share": 1, "backoff_seconds": 600, "fizzle_seconds": 1, "max_wallclock_seconds": 3600,
                       "root_image": "image:vm-image"}


class Site:
    def __init__(self, settings, directory, user, space, machinetypes):
        shutil.rmtree(directory, ignore_errors=True)
        self.state = directory / "state"
        self.shared = self.state / "shared"
        self.shared.mkdir(parents=True)  # where it is missing, vcycled takes it for not mounted and does nothing
        self.config = directory / "vcycle.conf"
        self.log = directory / "vcycled.log"
        self.process = None
        user_data = directory / "user_data"
        user_data.write_text(USER_DATA)
        login = {"url": settings.url("proxy_keystone") + "/v3", "project_name": user, "username": user,
                 "password_base64": base64.b64encode(PASSWORD.encode()).decode()}
        self.write(space if "cred_id" in space else {**login, **space}, machinetypes, user_data, settings)

    def write(self, space, machinetypes, user_data, settings):
        sections = {f"space {SPACE}": {"url": settings.url("proxy_keystone") + "/v3", **SPACE_OPTIONS, **space}}
        for name, options in machinetypes.items():
            sections[f"machinetype {SPACE} {name}"] = {**MACHINETYPE_OPTIONS, "user_data": user_data, **options}
        self.config.write_text("".join(
            f"[{section}]\n" + "".join(f"{name} = {value}\n" for name, value in options.items()) + "\n"
            for section, options in sections.items()))

    def arguments(self, program):
        # the kernel ends it should the test be killed; OS_* variables are not meant for it
        return ["setpriv", "--pdeathsig", "KILL", "env", *(f"--unset={name}" for name in os.environ
                                                           if name.startswith("OS_")),
                str(BIN / program), "--config", str(self.config), "--state-dir", str(self.state)]

    def start(self, *more):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*self.arguments("vcycled"), "--cycle-seconds", "1", "--log-level", "debug", *more],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def once(self):
        """One cycle; its exit code."""
        self.start("--once")
        return self.process.wait(60)

    def stop(self, number=signal.SIGTERM, seconds=20):
        """End it by a signal; its exit code, or None where it does not run."""
        process, self.process = self.process, None
        if process is None:
            return None
        process.send_signal(number)
        try:
            return process.wait(seconds)
        finally:
            process.kill()
            process.wait()

    def kill(self):
        self.stop(signal.SIGKILL)

    def command(self, *words):
        """What the command line answers, read as JSON."""
        done = subprocess.run([*self.arguments("vcycle"), *words, "--json"], capture_output=True, text=True,
                              check=True, timeout=30)
        return json.loads(done.stdout)

    def records(self, where="current"):
        """Names of the machines that have a record."""
        directory = self.shared / "spaces" / SPACE / where
        return {entry.name for entry in directory.iterdir() if entry.name.startswith(PREFIX)} if directory.is_dir() else set()

    def recorded(self, name, file, where="current"):
        """What a file of a machine's record holds; None where there is none."""
        try:
            return (self.shared / "spaces" / SPACE / where / name / file).read_text().strip()
        except OSError:
            return None

    def lose_records(self):
        for entry in self.shared.iterdir():
            if entry.is_dir():  # the key of the tokens stays: machines hold tokens of it
                shutil.rmtree(entry)

    def last_abort(self, machinetype):
        path = self.shared / "last_abort_times" / SPACE / machinetype
        return path.read_text().strip() if path.exists() else None


class Watcher(threading.Thread):
    """Looks at the cloud from beside all the time, for what must never be."""

    def __init__(self, client):
        super().__init__(daemon=True)
        self.client = client
        self.ended = threading.Event()
        self.most = 0        # machines of ours at one time
        self.twins = set()   # names that two servers had at one time
        self.seen = set()    # all names that there ever were

    def run(self):
        while not self.ended.wait(0.7):
            names = {server["id"]: server["name"] for server in self.client.servers(PREFIX)}
            self.most = max(self.most, len(names))
            self.seen |= set(names.values())
            self.twins |= {name for name in names.values() if list(names.values()).count(name) > 1}

    def stop(self):
        self.ended.set()
        self.join()


class VcycledTest(CloudTest):
    """A test is given an empty cloud; what it starts is stopped before the cloud is emptied again."""

    user = "demo"

    def setUp(self):
        super().setUp()
        self.cloud = Client(self.settings, self.user)
        self.watcher = Watcher(Client(self.settings, self.user))
        self.watcher.start()
        self.addCleanup(self.watcher.stop)

    def run(self, result=None):
        failed = len(result.failures) + len(result.errors)
        super().run(result)
        log = self.scratch() / "vcycled.log"
        if len(result.failures) + len(result.errors) > failed and log.exists():
            lines = [line for line in log.read_text(errors="replace").splitlines() if " debug " not in line]
            lines = lines[-LOG_LINES_SHOWN:]
            print("\n".join([f"{self.id()}: the end of {log}:", *lines]), flush=True)

    def scratch(self):
        return pathlib.Path(os.environ.get("VACUUM_OPENSTACK", "."), "tests", self.id())

    def site(self, machinetypes=None, **space):
        site = Site(self.settings, self.scratch(), self.user, space, machinetypes or {"work": {}})
        self.addCleanup(site.kill)
        return site

    def started_site(self, machinetypes=None, **space):
        site = self.site(machinetypes, **space)
        site.start()
        return site

    def own(self, machinetype=""):
        """Our servers by name."""
        return {server["name"]: server for server in self.cloud.servers(PREFIX + machinetype)}

    def running(self, machinetype=""):
        """Names of our servers that run and are not being deleted."""
        return {name for name, server in self.own(machinetype).items()
                if server["status"] == "ACTIVE" and server["OS-EXT-STS:task_state"] is None}

    def runs(self, count, machinetype="", seconds=90):
        """Wait until so many run; their names."""
        return eventually(lambda: len(names := self.running(machinetype)) == count and names, seconds,
                          f"{count} {machinetype} machines run")

    def runs_with_records(self, site, count, seconds=90):
        """Wait until so many run, and the records are of exactly these."""
        return eventually(lambda: len(names := self.running()) == count and names == site.records() and names, seconds,
                          f"{count} machines run and have records")

    def asked(self, **fields):
        """The requests for a server that went to nova."""
        return [entry for entry in self.proxy.log(service="nova", method="POST", **fields)
                if entry["path"].endswith("/servers") and entry["action"] != "answer"]
