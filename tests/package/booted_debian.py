"""A clean Debian 12 that systemd has booted, in namespaces of its own: services run in it as on a host."""
import subprocess

from clean_debian import CleanDebian, wait_until

# Run as the first process of the namespaces. What is the kernel's alone is read-only, as in any container, so that
# systemd leaves it alone; the network is a loopback interface.
BOOT = """
set -e
ip link set lo up
cd "$ROOT"
umount --lazy proc
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount -o remount,ro,bind proc/sys
mount -t tmpfs -o mode=0755 tmpfs run
mount -t tmpfs tmpfs tmp
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
: >dev/console
exec chroot . env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --log-target=journal
"""


class BootedDebian(CleanDebian):
    def __init__(self):
        super().__init__()
        self.init = None

    def boot(self):
        """Starts systemd; what is installed before is there, and services that are enabled are started."""
        (self.root / "dev/console").unlink(missing_ok=True)
        namespaces = ["--mount", "--uts", "--ipc", "--pid", "--cgroup", "--net"]
        self.init = subprocess.Popen(["unshare", *namespaces, "--fork", "--kill-child", "bash", "-c", BOOT],
                                     env={"ROOT": str(self.root), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
                                     stdin=subprocess.DEVNULL)
        wait_until(lambda: self.inside("systemctl", "is-system-running", status=None).strip() in ("running", "degraded"),
                   60, "systemd has booted")

    def inside(self, *words, status=0):
        """Runs the command in the booted system; answers its standard output."""
        clean = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "SYSTEMD_PAGER="]
        return self.enter(["--mount", "--uts", "--ipc", "--pid", "--cgroup", "--net", "--root"], [*clean, *words], status)

    def beside(self, *words, status=0):
        """Runs a program of this machine in the network of the booted system; answers its standard output."""
        return self.enter(["--net"], words, status)

    def enter(self, namespaces, words, status):
        first = subprocess.run(["pgrep", "--parent", str(self.init.pid)], capture_output=True, text=True).stdout.strip()
        if not first:
            raise AssertionError(f"systemd is gone: exit status {self.init.poll()}")
        done = subprocess.run(["nsenter", "--target", first, *namespaces, *map(str, words)], capture_output=True,
                              text=True, timeout=120, stdin=subprocess.DEVNULL)
        if status is not None and done.returncode != status:
            raise AssertionError(f"{' '.join(map(str, words))}: exit status {done.returncode}, {status} expected\n"
                                 f"{done.stdout[-3000:]}{done.stderr[-3000:]}")
        return done.stdout

    def property(self, unit, name):
        return self.inside("systemctl", "show", "--property", name, "--value", unit).strip()

    def journal(self, unit):
        return self.inside("journalctl", "--no-pager", "--output=cat", "--unit", unit)

    def stop(self):
        if self.init:
            self.init.kill()
            self.init.wait()
        super().stop()
