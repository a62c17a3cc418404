"""A whole site on one host: cloudbox as cloud and as an experiment's web server, vcycled with its HTTPS service, a VacMon."""
import json
import shutil
import socket
import urllib.request

from certificates import Authority
from harness import ROOT, SPACE, SystemTest, Vcycled, free_port, section


class VacMon:
    """Receives VacQuery messages."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.hostport = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.messages = []

    def received(self, kind):
        """The messages of a kind so far."""
        while True:
            try:
                self.messages.append(json.loads(self.socket.recv(65535)))
            except BlockingIOError:
                return [message for message in self.messages if message["message_type"] == kind]

    def stop(self):
        self.socket.close()


class ConfinedVcycled(Vcycled):
    """vcycled in a mount namespace of its own, where `folder` is a disk of `size`."""

    def __init__(self, root, folder, size, *arguments):
        folder.mkdir(parents=True, exist_ok=True)
        self.prefix = ["unshare", "--map-root-user", "--mount", "sh", "-c",
                       'mount -t tmpfs -o "size=$1" tmpfs "$2" && shift 2 && exec "$@"', "sh", size, str(folder)]
        super().__init__(root, *arguments)


class PlatformSite(SystemTest):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder / "ca")
        self.certificate, self.key = self.authority.host()
        self.https_port, self.status_port = free_port(), free_port()
        self.vacmon = VacMon()
        self.started.append(self.vacmon)
        self.www = self.folder / "www"
        self.www.mkdir()
        (self.folder / "state/shared").mkdir(parents=True)
        shutil.copy(ROOT / "examples/user_data.multipart", self.www / "user_data")

    def begin_cloud(self, machinetypes):
        self.cloud = self.cloudbox({"cloud": {"schedule_seconds": 0, "build_seconds": 0.1, "delete_seconds": 0.1},
                                    "machinetypes": machinetypes}, "--guest-ca-file", self.authority.path("authority.crt"),
                                   "--www", self.www, joboutputs=False)

    def publish(self, *entries, cache_seconds=10):
        """Writes the pipe that cloudbox serves."""
        common = {"machine_model": "vm-raw", "target_share": 1, "backoff_seconds": 30, "fizzle_seconds": 1,
                  "user_data": f"{self.cloud.url}/www/user_data", "user_data_option_cvmfs_proxy": "http://squid:3128"}
        entries = [{**common, **entry} for entry in entries]
        (self.www / "site.pipe").write_text(json.dumps({"cache_seconds": cache_seconds, "machinetypes": entries}))

    def site(self, *more, **space):
        """The text of a vcycle.conf whose machinetypes come from the pipe alone, but for `more`."""
        options = {"api": "openstack", "url": f"{self.cloud.url}/identity/v3", "project_name": "demo", "username": "demo",
                   "password_base64": "Y2xvdWRib3g=", "flavor_names": "m1.small", "create_seconds": 3,
                   "request_seconds": 3, "https_host": "127.0.0.1", "https_port": self.https_port,
                   "vacmon_hostport": self.vacmon.hostport, "gocdb_sitename": "SITE-TEST", "processors_limit": 4,
                   "max_created_percent": 50, **space}
        settings = {"https_listen": f"127.0.0.1:{self.https_port}", "https_certificate": self.certificate,
                    "https_key": self.key, "ca_directory": self.authority.trusts,
                    "status_listen": f"127.0.0.1:{self.status_port}"}
        pipe = {"vacuum_pipe_url": f"{self.cloud.url}/www/site.pipe", "target_share": 2, "root_image": "image:cernvm4"}
        return "\n".join([section("settings", settings), section(f"space {SPACE}", options),
                          section(f"vacuum_pipe {SPACE} vo", pipe), *more])

    def machinetype(self, name, **options):
        options = {"target_share": 1, "backoff_seconds": 30, "fizzle_seconds": 1, "root_image": "image:cernvm4",
                   "user_data": ROOT / "examples/user_data", **options}
        return section(f"machinetype {SPACE} {name}", options)

    def metrics(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.status_port}/metrics", timeout=10) as answer:
            return answer.read().decode()

    def space(self):
        return self.vcycle_json("spaces")["spaces"][0]

    def machines_of(self, machinetype):
        return [server["name"] for server in self.cloud.call("GET", "/cloudbox/servers")["servers"]
                if server["machinetype"] == machinetype]

    def guest(self, name):
        return self.cloud.call("GET", f"/cloudbox/guests/{name}")

    def outputs(self, name, file):
        """The text of a file in the machine's joboutputs, wherever its record is by now; empty where there is none."""
        for place in ("current", "deleted"):
            path = self.folder / f"state/shared/spaces/{SPACE}/{place}/{name}/joboutputs/{file}"
            if path.exists():
                return path.read_text()
        return ""

    def accounting(self):
        """The texts of the records that wait to be sent."""
        return [path.read_text() for path in (self.folder / "state/apel-outgoing").glob("*/*") if path.is_file()]

    def confined_vcycled(self, folder, size, *arguments):
        daemon = ConfinedVcycled(self.folder, folder, size, *arguments)
        self.started.append(daemon)
        return daemon
