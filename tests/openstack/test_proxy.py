"""The proxy alone, in front of a small server: needs no OpenStack."""
import http.client
import http.server
import pathlib
import socket
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from fixture import proxy, rest  # noqa: E402  (the path comes first)
from fixture.proxy_control import ProxyControl  # noqa: E402
from fixture.errors import FixtureError  # noqa: E402


class Service(http.server.BaseHTTPRequestHandler):
    """Answers with what it was sent, closes each connection, and counts."""

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.requests.append((self.command, self.path, self.headers["Host"], body))
        self.send_response(204 if self.command == "DELETE" else 202)
        self.send_header("X-Twice", "one")
        self.send_header("X-Twice", "two")
        self.end_headers()
        if self.command != "DELETE":
            self.wfile.write(b"echo " + body)

    do_GET = do_POST = do_DELETE = answer

    def log_message(self, format, *args):
        pass


def serve(handler):
    service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    service.requests = []
    threading.Thread(target=service.serve_forever, daemon=True).start()
    return service


class ProxyTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = serve(Service)
        with socket.socket() as gone:
            gone.bind(("127.0.0.1", 0))
            nobody = gone.getsockname()[1]
        cls.servers = proxy.serve(0, {"nova": (0, cls.service.server_port), "dead": (0, nobody)})
        cls.port = cls.servers["nova"].server_port
        cls.url = f"http://127.0.0.1:{cls.port}"
        cls.control = ProxyControl(f"http://127.0.0.1:{cls.servers['control'].server_port}")

    @classmethod
    def tearDownClass(cls):
        for server in [cls.service, *cls.servers.values()]:
            server.shutdown()
            server.server_close()

    def setUp(self):
        self.service.requests.clear()
        self.control.clear()

    def post(self, path="/servers", body=b"{}"):
        return rest.request("POST", self.url + path, body)

    def forwarded(self):
        return [(method, path) for method, path, _, _ in self.service.requests]

    def test_is_transparent_without_faults(self):
        answer = self.post("/servers?a=b", b"name")
        self.assertEqual((answer.status, answer.body), (202, b"echo name"))
        self.assertEqual(answer.headers.get_all("X-Twice"), ["one", "two"])
        self.assertEqual(self.service.requests, [("POST", "/servers?a=b", f"127.0.0.1:{self.port}", b"name")])

    def test_keeps_the_clients_connection_where_the_service_closes_its_own(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        self.addCleanup(connection.close)
        for method in ("GET", "DELETE", "GET"):
            connection.request(method, "/servers/1")
            kept = connection.sock
            connection.getresponse().read()
        self.assertIs(connection.sock, kept)
        self.assertEqual(len(self.service.requests), 3)

    def test_accepts_a_chunked_body(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        self.addCleanup(connection.close)
        connection.request("POST", "/images", iter([b"one ", b"two"]), encode_chunked=True)
        self.assertEqual(connection.getresponse().read(), b"echo one two")

    def test_drops_the_answers_of_the_next_posts_after_forwarding_them(self):
        self.control.add("drop_answer", method="POST", path="/servers$", count=2)
        for _ in range(2):
            with self.assertRaises(OSError):
                self.post()
        self.assertEqual(self.post().status, 202)
        self.assertEqual(self.forwarded(), [("POST", "/servers")] * 3)
        self.assertEqual(self.control.waiting(), [])
        self.assertEqual([entry["status"] for entry in self.control.log(action="drop_answer")], [202, 202])

    def test_drops_a_request_without_forwarding_it(self):
        self.control.add("drop_request")
        with self.assertRaises(OSError):
            self.post()
        self.assertEqual(self.forwarded(), [])

    def test_truncates_a_body_below_the_promised_length(self):
        self.control.add("truncate", bytes=3)
        with self.assertRaises(http.client.IncompleteRead) as caught:
            self.post(body=b"0123456789")
        self.assertEqual(caught.exception.partial, b"ech")
        self.assertEqual(caught.exception.expected, 12)

    def test_holds_an_answer_back_after_forwarding(self):
        self.control.add("delay", seconds=0.5)
        start = time.monotonic()
        self.assertEqual(self.post().status, 202)
        self.assertGreaterEqual(time.monotonic() - start, 0.5)

    def test_forwards_a_request_late_though_its_client_has_gone(self):
        self.control.add("delay_request", seconds=0.4)
        with self.assertRaises(OSError):
            rest.request("POST", self.url + "/servers", b"{}", seconds=0.1)
        self.assertEqual(self.forwarded(), [])
        time.sleep(0.6)
        self.assertEqual(self.forwarded(), [("POST", "/servers")])

    def test_answers_itself_where_it_is_told_to(self):
        self.control.add("answer", status=429, headers={"Retry-After": "7"}, body="slow down")
        answer = self.post()
        self.assertEqual((answer.status, answer.headers["Retry-After"], answer.body), (429, "7", b"slow down"))
        self.assertEqual(self.forwarded(), [])

    def test_spoils_only_what_fits_and_after_what_it_skips(self):
        self.control.add("answer", method="POST", path="^/servers$", skip=1, status=500)
        self.control.add("answer", service="glance", status=501)
        self.assertEqual([self.post(path).status for path in ("/servers/detail", "/servers", "/servers", "/servers")],
                         [202, 202, 500, 202])

    def test_a_service_that_is_down_is_a_bad_gateway(self):
        dead = f"http://127.0.0.1:{self.servers['dead'].server_port}/"
        self.assertEqual(rest.request("GET", dead).status, 502)

    def test_refuses_a_fault_that_it_does_not_know(self):
        with self.assertRaises(FixtureError):
            self.control.add("drop_anwser")
        with self.assertRaises(FixtureError):
            self.control.add("delay", second=1)

    def test_clear_forgets_faults_and_log(self):
        self.control.add("drop_request")
        self.control.clear()
        self.assertEqual(self.control.waiting(), [])
        self.assertEqual(self.post().status, 202)


if __name__ == "__main__":
    unittest.main()
