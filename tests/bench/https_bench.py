"""Measures vcycle-https on one core beside nginx with one worker on the same core, with the same files, in the same run.

Usage: VACUUM_BIN=build/release/bin https_bench.py [load|idle …]. Prints Markdown tables. wrk runs on the other core.
"""
import base64
import hashlib
import hmac
import os
import resource
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BIN = Path(os.environ.get("VACUUM_BIN", Path(__file__).resolve().parents[2] / "build/release/bin"))
SPACE = "bench.example.com"
MACHINES = 1000
CONNECTIONS = 64
SECONDS = 5
SERVER_CORE, CLIENT_CORE = "0", "1"
IDLE_CONNECTIONS = 10_000
KEY = bytes(range(32))
FEATURES = {"machinefeatures": {"total_cpu": "8", "hs06": "80", "grace_secs": "0", "jobslots": "1"},
            "jobfeatures": {"allocated_cpu": "8", "job_id": "7d5b6f62-3f0d-4a3a-8b0e-8d8a0f4f5a11", "wall_limit_secs": "86400",
                            "cpu_limit_secs": "691200", "max_rss_bytes": "17179869184", "jobstart_secs": "1795629962"}}


def machine(number):
    return f"vcycle-prod-{number:010d}"


def token(name):
    return base64.urlsafe_b64encode(hmac.digest(KEY, f"{SPACE}/{name}".encode(), hashlib.sha256)).rstrip(b"=").decode()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, process):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"the server ended: {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the server does not listen")


class Site:
    """A state directory with machines, a certificate, and a script of requests for wrk."""

    def __init__(self):
        # In memory, so that the servers are measured and not a disk; TMPDIR=DIR measures a disk too.
        memory = "/dev/shm" if os.path.isdir("/dev/shm") and "TMPDIR" not in os.environ else None
        self.folder = Path(tempfile.mkdtemp(prefix="vacuum-https-bench.", dir=memory))
        self.current = self.folder / f"state/shared/spaces/{SPACE}/current"
        for number in range(MACHINES):
            for folder, values in FEATURES.items():
                (self.current / machine(number) / folder).mkdir(parents=True)
                for key, value in values.items():
                    (self.current / machine(number) / folder / key).write_text(value + "\n")
            (self.current / machine(number) / "joboutputs").mkdir()
            (self.current / machine(number) / "joboutputs").chmod(0o777)  # nginx's worker is another user
        key_file = self.folder / "state/shared/token_key"
        key_file.touch(0o600)
        key_file.write_text(base64.b64encode(KEY).decode() + "\n")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1",
                        "-keyout", self.folder / "key.pem", "-out", self.folder / "cert.pem"], check=True, capture_output=True)
        self.script("get.lua", 'wrk.method = "GET"', "machinefeatures/total_cpu")
        self.script("put.lua", 'wrk.method = "PUT"\nwrk.body = "alive\\n"', "joboutputs/heartbeat")

    def script(self, name, head, file):
        """Each connection goes round all machines; the requests are made beforehand, so that wrk has little to do."""
        tokens = ", ".join(f'"{token(machine(number))}"' for number in range(MACHINES))
        (self.folder / name).write_text(f"""{head}
local tokens = {{{tokens}}}
local requests = {{}}
local at = 0
function init(args)
  for i, token in ipairs(tokens) do
    local path = string.format("/machines/{SPACE}/vcycle-prod-%010d/{file}", i - 1)
    requests[i] = wrk.format(nil, path, {{["Host"] = "127.0.0.1", ["Authorization"] = "Bearer " .. token}})
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary, latency, all)
  io.write(string.format("RESULT %d %d %d %d\\n", summary.requests, summary.duration,
           summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write +
           summary.errors.timeout, latency:percentile(99)))
end
""")

    def close(self):
        shutil.rmtree(self.folder)


class Service:
    """vcycle-https, or nginx, on one core."""

    def __init__(self, site, kind):
        self.https, self.http = free_port(), free_port()
        command = self.vacuum(site) if kind == "vcycle-https" else self.nginx(site)
        self.log = open(site.folder / f"{kind}.log", "ab")
        self.process = subprocess.Popen(["taskset", "-c", SERVER_CORE, *map(str, command)], stdout=self.log, stderr=self.log)
        wait_for_port(self.https, self.process)

    def vacuum(self, site):
        (site.folder / "vcycle.conf").write_text(
            f"[settings]\nhttps_listen = 127.0.0.1:{self.https}\nhttp_listen = 127.0.0.1:{self.http}\n"
            f"status_listen = 127.0.0.1:{free_port()}\nca_directory = {site.folder}\n"
            f"https_certificate = {site.folder}/cert.pem\nhttps_key = {site.folder}/key.pem\n"
            "joboutputs_per_minute = 1000000\n")
        return [BIN / "vcycle-https", "--config", site.folder / "vcycle.conf", "--state-dir", site.folder / "state",
                "--access-log", site.folder / "access.log"]

    def nginx(self, site):
        root = site.folder / "nginx"
        (root / "tmp").mkdir(parents=True, exist_ok=True)
        for folder in (site.folder, root, root / "tmp"):
            folder.chmod(0o777)
        tree = root / "machines"
        if not tree.exists():
            tree.mkdir()
            (tree / SPACE).symlink_to(site.current)
        temporary = "\n".join(f"  {kind}_temp_path {root}/tmp/{kind};" for kind in ("proxy", "fastcgi", "uwsgi", "scgi"))
        (root / "nginx.conf").write_text(f"""daemon off; master_process on; worker_processes 1; pid {root}/pid;
worker_rlimit_nofile 20000;
events {{ worker_connections 12000; }}
http {{
  access_log {root}/access.log; error_log {root}/error.log;
  keepalive_requests 100000000; keepalive_timeout 600;
  client_body_temp_path {root}/tmp/body;
{temporary}
  default_type text/plain;
  server {{
    listen 127.0.0.1:{self.http}; listen 127.0.0.1:{self.https} ssl;
    ssl_certificate {site.folder}/cert.pem; ssl_certificate_key {site.folder}/key.pem;
    ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache off; ssl_session_tickets off;
    root {root};
    dav_methods PUT; dav_access user:rw group:r all:r;
  }}
}}
""")
        return ["nginx", "-c", root / "nginx.conf", "-e", root / "error.log"]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self.log.close()


def wrk(site, url, script):
    """Requests a second, and the slowest of a hundred in ms. Any answer but success ends the benchmark."""
    told = subprocess.run(["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s",
                           site.folder / script, url], capture_output=True, text=True, check=True).stdout
    requests, microseconds, errors, slow = map(int, told.split("RESULT ")[1].split())
    if errors:
        raise SystemExit(f"{errors} of {requests} requests failed: {url} {script}")
    return requests / (microseconds / 1e6), slow / 1000


def cpu_seconds(pid):
    total = 0
    for process in [pid, *children(pid)]:
        total += sum(int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{process}/task").iterdir())
    return total / 1e9


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def load(site):
    runs = (("feature GETs in clear text", "get.lua", "http"), ("feature GETs over TLS", "get.lua", "https"),
            ("heartbeat PUTs over TLS", "put.lua", "https"))
    results = {}
    for kind in ("vcycle-https", "nginx"):
        service = Service(site, kind)
        try:
            for what, script, scheme in runs:
                port = service.https if scheme == "https" else service.http
                before = cpu_seconds(service.process.pid)
                rate, slow = wrk(site, f"{scheme}://127.0.0.1:{port}", script)
                cpu = cpu_seconds(service.process.pid) - before
                results[kind, what] = rate, slow, cpu / SECONDS
        finally:
            service.stop()
    print("| requests, 64 kept-alive connections | vcycle-https, a second (CPU, p99) | nginx, a second (CPU, p99) | ratio |\n"
          "| --- | --- | --- | --- |")
    for what, _, _ in runs:
        (ours, our_slow, our_cpu), (theirs, their_slow, their_cpu) = results["vcycle-https", what], results["nginx", what]
        print(f"| {what} | {ours:,.0f} ({our_cpu:.0%}, {our_slow:.1f} ms) | {theirs:,.0f} ({their_cpu:.0%}, {their_slow:.1f} ms)"
              f" | {ours / theirs:.2f} |", flush=True)
    print()


def resident_kb(pid):
    total = 0
    for process in [pid, *children(pid)]:
        status = Path(f"/proc/{process}/status").read_text()
        total += int(next(line for line in status.splitlines() if line.startswith("VmRSS:")).split()[1])
    return total


def idle(site):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    context = ssl.create_default_context(cafile=site.folder / "cert.pem")
    context.check_hostname = False
    print(f"| {IDLE_CONNECTIONS:,} idle TLS connections | resident before | with them | a connection | an answer then |\n"
          "| --- | --- | --- | --- | --- |")
    for kind in ("vcycle-https", "nginx"):
        service = Service(site, kind)
        held = []
        try:
            before = resident_kb(service.process.pid)
            for number in range(IDLE_CONNECTIONS):
                plain = socket.create_connection(("127.0.0.1", service.https), 20, (f"127.0.0.{2 + number % 10}", 0))
                held.append(context.wrap_socket(plain))
            ask(held[0])  # all handshakes are over, also the server's part
            after = resident_kb(service.process.pid)
            began = time.monotonic()
            for each in (held[0], held[IDLE_CONNECTIONS // 2], held[-1]):
                ask(each)
            took = (time.monotonic() - began) / 3 * 1000
            print(f"| {kind} | {before / 1024:.0f} MB | {after / 1024:.0f} MB | {(after - before) / IDLE_CONNECTIONS:.1f} KB | "
                  f"{took:.1f} ms |", flush=True)
        finally:
            for each in held:
                each.close()
            service.stop()
    print()


def ask(connection):
    path = f"/machines/{SPACE}/{machine(1)}/machinefeatures/total_cpu"
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    answer = connection.recv(4096)
    if not answer.startswith(b"HTTP/1.1 200") or not answer.endswith(b"8\n"):
        raise SystemExit(f"a connection that was idle is not served: {answer!r}")


def main():
    wanted = sys.argv[1:] or ["load", "idle"]
    site = Site()
    try:
        if "load" in wanted:
            load(site)
        if "idle" in wanted:
            idle(site)
    finally:
        site.close()


if __name__ == "__main__":
    main()
