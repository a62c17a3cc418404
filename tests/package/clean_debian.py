"""A clean Debian 12 in a folder: made once with debootstrap and kept, then each test has an overlay of its own over it.

Must run in a mount namespace of its own (see the script `run`): nothing is unmounted by hand but in stop().
"""
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

PACKAGES = Path(os.environ["VACUUM_PACKAGES"])
SUITE = "bookworm"


def package(name):
    """The .deb of this name that was built."""
    found = sorted(PACKAGES.glob(f"{name}_*.deb"))
    if len(found) != 1:
        raise AssertionError(f"{len(found)} packages {name} in {PACKAGES}; run: make package")
    return found[0]


def base_system():
    """The folder of the clean system that all overlays lie on."""
    base = PACKAGES / f"clean-{SUITE}"
    if not base.exists():
        unfinished = PACKAGES / f"clean-{SUITE}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        command = ["debootstrap", "--variant=minbase", SUITE, unfinished]
        if os.environ.get("DEBIAN_MIRROR"):
            command.append(os.environ["DEBIAN_MIRROR"])
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise AssertionError(f"debootstrap failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        unfinished.rename(base)
    return base


class CleanDebian:
    """One system that may be changed at will."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="vacuum-package."))
        self.root = self.folder / "root"
        # An overlay cannot lie on an overlay, which this machine's root may be.
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", self.folder], check=True)
        for name in ("upper", "scratch", "root"):
            (self.folder / name).mkdir(mode=0o755)
        layers = f"lowerdir={base_system()},upperdir={self.folder}/upper,workdir={self.folder}/scratch"
        subprocess.run(["mount", "-t", "overlay", "-o", layers, "overlay", self.root], check=True)
        subprocess.run(["mount", "-t", "proc", "proc", self.root / "proc"], check=True)
        # Packages that were fetched once are not fetched again.
        archives = PACKAGES / "archives"
        (archives / "partial").mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "--bind", archives, self.root / "var/cache/apt/archives"], check=True)
        (self.root / "etc/apt/apt.conf.d/90test").write_text(
            'APT::Keep-Downloaded-Packages "true";\nAPT::Sandbox::User "root";\n')
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")

    def stop(self):
        for mount in (self.root / "var/cache/apt/archives", self.root / "proc", self.root, self.folder):
            subprocess.run(["umount", "--lazy", mount], check=True)
        self.folder.rmdir()

    def command(self, *words):
        environment = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "HOME=/root",
                       "DEBIAN_FRONTEND=noninteractive", "TERM=dumb"]
        return ["chroot", str(self.root), *environment, *map(str, words)]

    def run(self, *words, status=0, seconds=300):
        """Runs the command; answers its standard output."""
        done = subprocess.run(self.command(*words), capture_output=True, text=True, timeout=seconds,
                              stdin=subprocess.DEVNULL)
        if status is not None and done.returncode != status:
            raise AssertionError(f"{' '.join(map(str, words))}: exit status {done.returncode}, {status} expected\n"
                                 f"{done.stdout[-3000:]}{done.stderr[-3000:]}")
        return done.stdout

    def run_as_vcycle(self, *words, status=0):
        return self.run("runuser", "-u", "vcycle", "--", *words, status=status)

    def start_as_vcycle(self, *words):
        """A process of the daemon's user in the foreground, its log in a file; its network is a loopback of its own."""
        alone = ["unshare", "--net", "sh", "-c", 'ip link set lo up; exec "$@"', "sh"]
        command = alone + self.command("setpriv", "--reuid=vcycle", "--regid=vcycle", "--clear-groups", *words)
        with open(self.folder / "process.log", "wb") as log:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def process_log(self):
        return (self.folder / "process.log").read_text(errors="replace")

    def install(self, *packages):
        """Installs .deb files with what they depend on, as an administrator would."""
        self.run("apt-get", "-qq", "update")
        for path in packages:
            shutil.copy(path, self.root / "root")
        self.run("apt-get", "-qq", "-y", "install", *[f"/root/{path.name}" for path in packages], seconds=600)

    def path(self, name):
        return self.root / name.lstrip("/")

    def write(self, name, text):
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).write_text(text)

    def ownership(self, name):
        """Mode, user and group, as in '0640 root vcycle'."""
        return self.run("stat", "-c", "%04a %U %G", name).strip().zfill(4)


def wait_until(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.2)
    return value
