"""cloudbox's VMs are clients of an HTTPS service, as real ones are: here of a service that the test plays."""
import base64
import http.server
import json
import ssl
import threading
import time
import unittest

from certificates import Authority
from harness import SystemTest, wait_until

TOKEN = "the-token-of-this-machine"
SCENARIO = {
    "cloud": {"schedule_seconds": 0, "build_seconds": 0},
    "machinetypes": {"work": {"boot_seconds": 0, "work_seconds": 2, "heartbeat_seconds": 0.2, "features_seconds": 0.2},
                     "long": {"boot_seconds": 0, "work_seconds": 1000, "features_seconds": 0.2}},
}


class Service:
    """An HTTPS service that remembers what it was asked, and answers as `features` and `statuses` say."""

    def __init__(self, certificate, key):
        self.features, self.statuses, self.seen = {}, [], []
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                service.seen.append(("GET", self.path, self.headers.get("Authorization"), b""))
                value = service.features.get(self.path.split("/vm/", 1)[-1])
                self.answer(404 if value is None else 200, b"" if value is None else f"{value}\n".encode())

            def do_PUT(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.seen.append(("PUT", self.path, self.headers.get("Authorization"), body))
                self.answer(service.statuses.pop(0) if service.statuses else 201, b"")

            def answer(self, status, body):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.server.server_address[1]}/machines/s/vm"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def puts(self, file):
        return [(token, body) for method, path, token, body in list(self.seen) if method == "PUT" and
                path == f"/machines/s/vm/joboutputs/{file}"]


class Guests(SystemTest):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder / "ca")
        self.service = Service(*self.authority.host())
        self.started.append(self.service)

    def begin(self, authority=None):
        self.cloud = self.cloudbox(SCENARIO, "--guest-ca-file", (authority or self.authority).path("authority.crt"), joboutputs=False)

    def boot(self, machinetype, user_data=None, metadata=None):
        """Creates a server as a manager does: by Nova's API, with user_data in base64."""
        if user_data is None:
            user_data = "#!/bin/sh\n" + "".join(f"export {name.upper()}='{self.service.url}/{name}'\n" for name in
                                                ("machinefeatures", "jobfeatures", "joboutputs"))
            user_data += f"# Authorization: Bearer {TOKEN}\n"
        login = {"auth": {"identity": {"methods": ["password"], "password": {"user": {
            "name": "demo", "password": "cloudbox", "domain": {"id": "default"}}}},
            "scope": {"project": {"name": "demo", "domain": {"id": "default"}}}}}
        _, headers = self.cloud.request("POST", "/identity/v3/auth/tokens", login)
        token = {"X-Auth-Token": headers["X-Subject-Token"]}
        flavor = self.cloud.request("GET", "/compute/v2.1/flavors", None, token)[0]["flavors"][0]["id"]
        image = self.cloud.request("GET", "/image/v2/images", None, token)[0]["images"][0]["id"]
        self.cloud.request("POST", "/compute/v2.1/servers", {"server": {
            "name": "vm", "flavorRef": flavor, "imageRef": image, "user_data": base64.b64encode(user_data.encode()).decode(),
            "metadata": {"machinetype": machinetype, **(metadata or {})}}}, token)

    def traffic(self):
        return self.cloud.state()["guest_service"]

    def test_read_features_put_heartbeats_and_leave_a_message_with_their_token(self):
        self.service.features = {"machinefeatures/total_cpu": 4, "jobfeatures/allocated_cpu": 2}
        self.begin()
        self.boot("work")
        messages = wait_until(lambda: self.service.puts("shutdown_message"), 20, "the message arrives")
        self.assertEqual(messages, [(f"Bearer {TOKEN}", b"200 Success\n")])
        beats = self.service.puts("heartbeat")
        self.assertGreaterEqual(len(beats), 3)
        self.assertTrue(all(token == f"Bearer {TOKEN}" and body.strip().isdigit() for token, body in beats))
        wait_until(lambda: self.cloud.state()["servers"]["stopped"] == 1, 10, "it powers off")
        self.assertTrue(all(token is None for method, _, token, _ in self.service.seen if method == "GET"),
                        "features are read without the token")
        self.assertGreaterEqual(self.traffic()["features_read"], 2)
        self.assertEqual(self.traffic()["files_failed"], 0)

    def test_obey_a_shutdown_time_that_is_announced_while_they_run(self):
        self.begin()
        self.boot("long")
        wait_until(lambda: any(method == "GET" for method, *_ in self.service.seen), 20, "it looks at its features")
        self.service.features = {"jobfeatures/shutdowntime_job": int(time.time()) + 2, "machinefeatures/jobslots": 1}
        message = wait_until(lambda: self.service.puts("shutdown_message"), 20, "it ends")
        self.assertTrue(message[0][1].startswith(b"100 "), message)
        self.assertGreaterEqual(time.time(), self.service.features["jobfeatures/shutdowntime_job"] - 1)

    def test_repeat_a_message_that_the_service_could_not_take(self):
        self.service.statuses = []
        self.begin()
        self.boot("work")
        wait_until(lambda: self.service.puts("heartbeat"), 20, "it runs")
        self.service.statuses = [503] * 3
        wait_until(lambda: self.cloud.state()["servers"]["stopped"] == 1, 20, "it powers off in the end")
        self.assertEqual(self.service.puts("shutdown_message")[-1][1], b"200 Success\n")
        self.assertGreaterEqual(self.traffic()["repeats"], 1)

    def test_find_their_service_in_their_metadata(self):
        self.begin()
        self.boot("work", "#cloud-config\n", {"joboutputs": f"{self.service.url}/joboutputs"})
        messages = wait_until(lambda: self.service.puts("shutdown_message"), 20, "the message arrives")
        self.assertEqual(messages, [(None, b"200 Success\n")], "without a token they have none to send")

    def test_send_nothing_to_a_service_that_they_cannot_verify(self):
        self.begin(Authority(self.folder / "other"))
        self.boot("work")
        wait_until(lambda: self.cloud.state()["servers"]["stopped"] == 1, 20, "it ends all the same")
        self.assertEqual(self.service.seen, [])
        self.assertGreaterEqual(self.traffic()["files_failed"], 1)
        self.assertRegex(self.traffic()["last_failure"], "certificate")
        self.assertNotIn(TOKEN, json.dumps(self.cloud.state()))


if __name__ == "__main__":
    unittest.main()
