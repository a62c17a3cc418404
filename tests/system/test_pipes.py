"""vcycled and vcycle with vacuum pipes, served over HTTP by this test."""
import http.server
import json
import subprocess
import threading
import unittest

from harness import BIN, ROOT, SPACE, SystemTest, configuration, wait_until

WORKING = {"boot_seconds": 0.1, "work_seconds": 100000}
SCENARIO = {"cloud": {"schedule_seconds": 0, "build_seconds": 0.1, "delete_seconds": 0.1},
            "machinetypes": {"vo-one": WORKING, "vo-two": WORKING, "own": WORKING}}


class PipeServer:
    """Serves one pipe; `hang` holds each request until the server stops."""

    def __init__(self):
        self.body = b""
        self.status = 200
        self.requests = 0
        self.hang = False
        self.ended = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.requests += 1
                if outer.hang:
                    outer.ended.wait(60)
                    return
                self.send_response(outer.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(outer.body)))
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/vo.pipe"

    def serve(self, *entries, cache_seconds=10):
        self.body = json.dumps({"cache_seconds": cache_seconds, "machinetypes": list(entries)}).encode()

    def stop(self):
        self.ended.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)


def entry(suffix, **options):
    return {"suffix": suffix, "target_share": 1, "backoff_seconds": 2, "fizzle_seconds": 2, "machine_model": "vm-raw",
            "user_data": "user_data", **options}


class Pipes(SystemTest):
    def setUp(self):
        super().setUp()
        self.pipe = PipeServer()
        self.started.append(self.pipe)
        files = self.folder / f"state/spaces/{SPACE}/machinetypes/vo/files"
        files.mkdir(parents=True)
        (files / "user_data").write_text((ROOT / "examples/user_data").read_text())

    def start(self, machinetypes, **space):
        cloud = self.cloudbox(SCENARIO)
        text = configuration(cloud.url, machinetypes, max_created_percent=100, **space)
        self.configure(text + f"\n[vacuum_pipe {SPACE} vo]\nvacuum_pipe_url = {self.pipe.url}\ntarget_share = 1\n"
                              "root_image = image:cernvm4\n")
        return cloud

    def vcycle(self, *arguments):
        return subprocess.run([BIN / "vcycle", "--config", self.folder / "vcycle.conf", "--state-dir",
                               self.folder / "state", *arguments], capture_output=True, text=True, timeout=60)

    @staticmethod
    def types(cloud):
        return {name: counted["processors"] for name, counted in cloud.state()["machinetypes"].items()}

    def test_machines_are_created_from_a_pipe_by_the_shares_it_gives(self):
        self.pipe.serve(entry("one", target_share=3), entry("two"))
        cloud = self.start({}, processors_limit=8)
        self.vcycled("--cycle-seconds", 0.2)
        wait_until(lambda: cloud.state()["total"] == 8, 30, "the space is full")
        self.assertEqual(self.types(cloud), {"vo-one": 6, "vo-two": 2})

    def test_a_changed_pipe_is_followed_when_its_copy_is_old(self):
        self.pipe.serve(entry("one", max_wallclock_seconds=3600))
        cloud = self.start({}, processors_limit=2)
        self.vcycled("--cycle-seconds", 0.2)
        wait_until(lambda: self.types(cloud).get("vo-one") == 2, 30, "the first pipe")
        self.pipe.serve(entry("one", max_wallclock_seconds=1), entry("two"))
        wait_until(lambda: self.types(cloud).get("vo-two"), 40, "the second pipe")

    # Spec 9: one pipe that could not be fetched stopped all spaces.
    def test_a_pipe_that_hangs_or_is_none_delays_nothing_and_is_told(self):
        self.pipe.hang = True
        cloud = self.start({"own": {}}, processors_limit=2)
        self.vcycled("--cycle-seconds", 0.2)
        wait_until(lambda: self.types(cloud).get("own") == 2, 20, "the space's own machinetype")
        self.assertIn("was not fetched yet: its machinetypes wait for it", self.vcycle("spaces").stdout)

    def test_a_space_that_has_only_a_pipe_waits_for_it_and_says_so(self):
        self.pipe.status = 404
        cloud = self.start({}, processors_limit=1)
        self.vcycled("--cycle-seconds", 0.2)
        shown = wait_until(lambda: "machinetypes wait for it (since" in self.vcycle("spaces").stdout and self.vcycle("spaces"),
                           20, "the fault shows")
        self.assertEqual(shown.returncode, 0)
        self.assertEqual(cloud.state()["created"], 0)
        self.assertEqual(self.vcycle("check").returncode, 0)

    def test_an_error_page_keeps_the_copy_and_shows(self):
        self.pipe.serve(entry("one"))
        cloud = self.start({}, processors_limit=2)
        daemon = self.vcycled("--cycle-seconds", 0.2)
        wait_until(lambda: self.types(cloud).get("vo-one") == 2, 30, "machines from the pipe")
        self.pipe.body, self.pipe.status = b"<html>Down for maintenance</html>", 503
        wait_until(lambda: "stays in use" in self.vcycle("spaces").stdout, 40, "the fault shows")
        self.assertIn("fault: vacuum pipe vo: ", self.vcycle("spaces").stdout)
        self.assertEqual(self.types(cloud), {"vo-one": 2})
        self.assertEqual(daemon.stop(), 0)
        self.started.remove(daemon)
        check = self.vcycle("check")
        self.assertEqual(check.returncode, 0, check.stdout)
        self.assertIn("machinetype vo-one", check.stdout)
        asked = self.pipe.requests
        self.vcycled("--cycle-seconds", 0.2)
        wait_until(lambda: self.pipe.requests > asked, 20, "it is asked again after the restart")
        self.assertEqual(cloud.state()["deletes_asked"], 0, "the copy counted at once")

    def test_once_fetches_before_its_cycle(self):
        self.pipe.serve(entry("one"))
        cloud = self.start({}, processors_limit=1)
        daemon = self.vcycled("--once")
        self.assertEqual(daemon.process.wait(30), 0)
        self.assertEqual(cloud.state()["created"], 1)

    def test_check_explains_a_pipe_by_url_and_by_file(self):
        self.pipe.serve(entry("one"), entry("two", user_data="/etc/shadow"), entry("box", machine_model="docker"))
        path = self.folder / "vo.pipe"
        path.write_bytes(self.pipe.body)
        for source in (self.pipe.url, str(path)):
            done = subprocess.run([BIN / "vcycle", "pipe", "check", "--prefix", "vo", source], capture_output=True,
                                  text=True, timeout=60)
            self.assertEqual(done.returncode, 1, done)
            self.assertIn("\nvo-one: 33.33 % of the pipe's share\n", done.stdout)
            self.assertIn("REFUSED user_data = /etc/shadow: holds a \"/\"", done.stdout)
            self.assertIn("vo-box: passed over: machine_model: \"docker\" is no virtual machine", done.stdout)
        done = subprocess.run([BIN / "vcycle", "pipe", "check", ROOT / "examples/example.pipe"], capture_output=True,
                              text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done)


if __name__ == "__main__":
    unittest.main()
