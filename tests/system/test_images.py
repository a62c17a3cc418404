"""Images and templates from web servers, on the embedded cloud."""
import email.utils
import subprocess
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness import BIN, SPACE, SystemTest, configuration, wait_until

QUICK_CLOUD = {"schedule_seconds": 0, "build_seconds": 0.1, "delete_seconds": 0.1}
WORKING = {"boot_seconds": 0.1, "work_seconds": 100000}
SCENARIO = {"cloud": QUICK_CLOUD, "machinetypes": {"a": WORKING, "b": WORKING}}
TIME = 1_790_000_000


def raw_image(size=2_000_000, fill=b"\1"):
    """A disk, as far as its first sector goes."""
    return b"\0" * 510 + b"\x55\xaa" + fill * (size - 512)


class WebServer:
    """Serves what a test puts into `files`: path → (bytes, Unix time). Knows Range, If-Range, If-Modified-Since."""

    def __init__(self):
        self.files = {}
        self.requests = []  # (path, headers)
        self.bytes_per_second = None
        self.hangs = False
        self.sent = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments):
                pass

            def do_GET(self):
                outer.answer(self)

        class Server(ThreadingHTTPServer):
            def handle_error(self, *arguments):
                pass  # a client that is killed resets its connection

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, handler):
        self.requests.append((handler.path, dict(handler.headers)))
        while self.hangs:
            time.sleep(0.1)
        if handler.path not in self.files:
            handler.send_error(404)
            return
        content, modified = self.files[handler.path]
        date = email.utils.formatdate(modified, usegmt=True)
        since = handler.headers.get("If-Modified-Since")
        if since and email.utils.parsedate_to_datetime(since).timestamp() >= modified:
            handler.send_response(304)
            handler.end_headers()
            return
        begin = 0
        wanted = handler.headers.get("Range")
        if wanted and handler.headers.get("If-Range") == date:
            begin = int(wanted[len("bytes="):-1])
        handler.send_response(206 if begin else 200)
        if begin:
            handler.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        handler.send_header("Last-Modified", date)
        handler.send_header("Content-Length", str(len(content) - begin))
        handler.end_headers()
        self.send(handler, content[begin:])

    def send(self, handler, content):
        piece = 50_000
        for at in range(0, len(content), piece):
            try:
                handler.wfile.write(content[at:at + piece])
            except OSError:
                return
            self.sent += piece
            if self.bytes_per_second:
                time.sleep(piece / self.bytes_per_second)

    def of(self, path):
        return [headers for asked, headers in self.requests if asked == path]

    def stop(self):
        self.hangs = False
        self.server.shutdown()
        self.server.server_close()


class Images(SystemTest):
    def setUp(self):
        super().setUp()
        self.web = WebServer()
        self.started.append(self.web)
        self.web.files["/a.img"] = (raw_image(), TIME)
        self.cloud = self.cloudbox(SCENARIO)

    def start(self, machinetypes, settings="", **space):
        self.configure(settings + configuration(self.cloud.url, machinetypes, max_created_percent=100, **space))
        return self.vcycled("--cycle-seconds", 0.2)

    def glance(self):
        """The project's own images."""
        body = {"auth": {"identity": {"methods": ["password"], "password": {"user": {
            "name": "demo", "domain": {"id": "default"}, "password": "cloudbox"}}},
            "scope": {"project": {"name": "demo", "domain": {"id": "default"}}}}}
        _, headers = self.cloud.request("POST", "/identity/v3/auth/tokens", body)
        token = {"X-Auth-Token": headers["X-Subject-Token"]}
        return self.cloud.request("GET", "/image/v2/images?visibility=private", headers=token)[0]["images"]

    def wait_for_words(self, words, seconds, *commands):
        """What the commands say, once all these words are among it. They fail until the first cycle has ended."""
        def told():
            text = ""
            for command in commands:
                done = subprocess.run([BIN / "vcycle", "--config", self.folder / "vcycle.conf", "--state-dir",
                                       self.folder / "state", command], capture_output=True, text=True, timeout=60,
                                      check=False)
                text += done.stdout
            return text if all(word in text for word in words) else None

        return wait_until(told, seconds, f"{', '.join(commands)} say: {', '.join(words)}")

    def total(self):
        return self.cloud.state()["total"]

    def test_machines_are_made_from_an_image_by_url_and_a_new_version_takes_its_place(self):
        url = self.web.url + "/a.img"
        self.start({"a": {"root_image": url}}, processors_limit=2)
        wait_until(lambda: self.total() == 2, 30, "machines are made from the image")
        first, = self.glance()
        self.assertEqual((first["name"], first["status"], first["size"]), (url, "active", 2_000_000))
        self.assertEqual((first["disk_format"], first["visibility"]), ("raw", "private"))
        self.assertEqual(sorted(first["tags"]), ["architecture: x86_64", f"last_modified: {TIME}"])
        self.assertEqual(first["vacuum_space"], SPACE)
        self.web.files["/a.img"] = (raw_image(1_000_000, b"\2"), TIME + 1000)
        wait_until(lambda: len(self.glance()) == 2, 20, "the new version is uploaded")
        time.sleep(5)  # longer than a creation may take
        self.assertEqual(len(self.glance()), 2, "the old version is in use")
        (self.folder / "vcycle.conf").write_text(
            configuration(self.cloud.url, {"a": {"root_image": url, "max_wallclock_seconds": 1}}, max_created_percent=100,
                          processors_limit=2))
        new = wait_until(lambda: [i for i in self.glance() if i["size"] == 1_000_000] if len(self.glance()) == 1 else None,
                         40, "the old version is deleted when no machine uses it")
        self.assertIn(f"last_modified: {TIME + 1000}", new[0]["tags"])

    def test_a_download_goes_on_after_a_kill(self):
        self.web.files["/a.img"] = (raw_image(4_000_000), TIME)
        self.web.bytes_per_second = 1_000_000
        daemon = self.start({"a": {"root_image": self.web.url + "/a.img"}}, processors_limit=2)
        wait_until(lambda: self.web.sent > 1_000_000, 20, "a part is there")
        daemon.kill9()
        self.started.remove(daemon)
        self.web.bytes_per_second = None
        self.vcycled("--cycle-seconds", 0.2)
        wait_until(lambda: self.total() == 2, 30, "machines are made from the image")
        ranges = [int(h["Range"][len("bytes="):-1]) for h in self.web.of("/a.img") if "Range" in h]
        self.assertTrue(ranges and ranges[0] > 0, "the download was continued")
        self.assertEqual(self.glance()[0]["size"], 4_000_000)

    def test_progress_is_shown_while_other_machinetypes_go_on(self):
        self.web.bytes_per_second = 300_000
        self.start({"a": {"root_image": self.web.url + "/a.img"}, "b": {}}, processors_limit=2)
        wait_until(lambda: self.total() == 2, 20, "the other machinetype fills the space")
        text = self.wait_for_words(["is being fetched: "], 20, "machinetypes")
        self.assertRegex(text, r"/a\.img is being fetched: \d+ % of 2 MB")

    def test_an_image_that_is_not_signed_is_not_used(self):
        (self.folder / "ca").mkdir()
        image = {"root_image": self.web.url + "/a.img", "image_signing_dn": "/CN=cvm-sign01"}
        self.start({"a": image, "b": {}}, settings=f"[settings]\nca_directory = {self.folder}/ca\n", processors_limit=2)
        wait_until(lambda: self.total() == 2, 20, "the other machinetype fills the space")
        text = self.wait_for_words(["is not used"], 20, "spaces")
        self.assertRegex(text, r"fault: image http://127\.0\.0\.1:\d+/a\.img: the image .* is not used")
        self.assertEqual(self.glance(), [])
        self.assertEqual(self.cloud.state()["machinetypes"]["b"]["processors"], 2)

    def test_a_full_image_cache_stops_its_machinetype_alone(self):
        self.web.files["/a.img"] = (raw_image(3_000_000), TIME)
        self.start({"a": {"root_image": self.web.url + "/a.img"}, "b": {}}, settings="[settings]\nimagecache_mb = 1\n",
                   processors_limit=2)
        wait_until(lambda: self.total() == 2, 20, "the other machinetype fills the space")
        text = self.wait_for_words(["imagecache_mb"], 20, "spaces")
        self.assertIn("needs 3 MB", text)
        self.assertLess(sum(f.stat().st_size for f in (self.folder / "state/imagecache").iterdir()), 1_100_000)

    def test_an_error_page_is_neither_an_image_nor_a_template(self):
        page = b"<html><body>Please log in</body></html>"
        self.web.files["/a.img"] = (page, TIME)
        self.web.files["/template"] = (page, TIME)
        self.start({"a": {"root_image": self.web.url + "/a.img"}, "b": {"user_data": self.web.url + "/template"}},
                   processors_limit=2)
        self.wait_for_words(["is a web page", "is an HTML page"], 20, "spaces")
        self.assertEqual(self.total(), 0)

    def test_templates_are_fetched_anew_and_a_hanging_server_takes_no_cycle(self):
        self.web.files["/template"] = (b"#!/bin/sh\n# ##user_data_url## ##user_data_space##\n", TIME)
        daemon = self.start({"a": {"user_data": self.web.url + "/template"}}, processors_limit=2)
        wait_until(lambda: self.total() == 2, 20, "machines are made")
        record = self.folder / f"state/shared/spaces/{SPACE}/current" / self.records()[0] / "user_data"
        self.assertEqual(record.read_text(), f"#!/bin/sh\n# {self.web.url}/template {SPACE}\n")
        self.web.hangs = True
        self.configure(configuration(self.cloud.url, {"a": {"user_data": self.web.url + "/template"}},
                                     max_created_percent=100, processors_limit=4))
        self.wait_for_words(["/template", "next try in"], 30, "machinetypes")
        self.wait_for_words(["fault: templates of machinetype a"], 10, "spaces")
        self.assertIsNone(daemon.process.poll())
        self.assertEqual(self.total(), 2)
        self.web.hangs = False


if __name__ == "__main__":
    unittest.main()
