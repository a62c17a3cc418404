"""The HTTPS service as VMs and strangers meet it: curl, and bare sockets where curl is too well-behaved."""
import json
import os
import socket
import ssl
import stat
import time
import unittest

from harness import SPACE, configuration, wait_until
from https_site import PILOT, HttpsProgram, HttpsSiteTest, token_of

MACHINE = "vcycle-prod-0123456789"
OTHER = "vcycle-prod-9876543210"


class WritingTest(HttpsSiteTest):
    """Who may write joboutputs, over TLS, against the running program."""

    def setUp(self):
        super().setUp()
        self.outputs = self.machine(MACHINE) / "joboutputs"
        self.machine(OTHER)
        self.serve()

    def assert_refused(self, answer, words):
        self.assertEqual(answer.status, 403, answer)
        self.assertIn(words, answer.body)
        self.assertEqual(list(self.outputs.iterdir()), [])

    def test_a_certificate_with_the_configured_dn_may_write(self):
        self.assertEqual(self.put(MACHINE, certificate=self.pilot).status, 201)
        self.assertEqual((self.outputs / "heartbeat").read_text(), "alive\n")
        self.assertEqual(self.put(MACHINE, certificate=self.pilot, content="still\n").status, 204)
        self.assertEqual((self.outputs / "heartbeat").read_text(), "still\n")

    def test_an_rfc_proxy_of_it_may_write(self):
        self.assertEqual(self.put(MACHINE, certificate=self.rfc_proxy).status, 201)

    def test_a_legacy_proxy_of_it_may_write(self):
        self.assertEqual(self.put(MACHINE, certificate=self.legacy_proxy).status, 201)

    def test_over_tls_1_2_as_older_machines_have(self):
        for certificate in (self.pilot, self.rfc_proxy, self.legacy_proxy):
            self.assertIn(self.put(MACHINE, "--tls-max", "1.2", certificate=certificate).status, (201, 204))

    def test_another_dn_may_not(self):
        self.assert_refused(self.put(MACHINE, certificate=self.other), "/CN=other may not write")

    def test_a_dn_that_merely_begins_alike_may_not(self):
        self.assert_refused(self.put(MACHINE, certificate=self.alike), "/CN=pilots may not write")
        self.assert_refused(self.put(MACHINE, certificate=self.alike_proxy), "/CN=pilots may not write")

    def test_the_same_dn_of_an_authority_that_is_not_trusted_may_not(self):
        self.assert_refused(self.put(MACHINE, certificate=self.stranger), "certificate is not accepted")

    def test_nobody_may_write_without_certificate_or_token(self):
        self.assert_refused(self.put(MACHINE), "show the machine's token")

    def test_the_machines_own_token_may_write(self):
        self.assertEqual(self.put(MACHINE, token=token_of(MACHINE)).status, 201)

    def test_the_token_of_another_machine_may_not(self):
        self.assert_refused(self.put(MACHINE, token=token_of(OTHER)), "not that of this machine")
        self.assert_refused(self.put(MACHINE, token=""), "show the machine's token")

    def test_a_token_is_of_no_use_in_clear_text(self):
        upload = self.folder / "upload"
        upload.write_text("x")
        url = self.output_url(MACHINE).replace(self.https, self.http)
        self.assert_refused(self.curl(url, "-T", upload, "-H", f"Authorization: Bearer {token_of(MACHINE)}"), "HTTPS only")

    def test_a_machine_that_is_gone_may_not_write(self):
        gone = self.machine("vcycle-prod-gone000000", place="deleted")
        for who in ({"token": token_of(gone.name)}, {"certificate": self.pilot}):
            self.assert_refused(self.put(gone.name, **who), "life is over")
        self.assertEqual(list((gone / "joboutputs").iterdir()), [])

    def test_a_machine_that_was_seen_stopped_may_not_write(self):
        (self.outputs.parent / "stopped").write_text("1\n")
        for who in ({"token": token_of(MACHINE)}, {"certificate": self.pilot}):
            self.assert_refused(self.put(MACHINE, **who), "life is over")

    def test_where_no_dn_is_configured_only_the_token_may_write(self):
        own = self.machine("vcycle-prod-nodn000000", dn="")
        self.assert_refused(self.put(own.name, certificate=self.pilot), "no client certificate may write")
        self.assertEqual(self.put(own.name, token=token_of(own.name)).status, 201)

    def test_the_access_log_names_who_wrote_and_holds_no_token(self):
        self.put(MACHINE, token=token_of(MACHINE))
        self.put(MACHINE, certificate=self.rfc_proxy)
        self.put(MACHINE, certificate=self.other)
        log = self.folder / "access.log"
        lines = wait_until(lambda: log.exists() and log.read_text().count("\n") >= 3 and log.read_text().splitlines(), 10,
                           "three lines in the access log")
        path = f'"PUT /machines/{SPACE}/{MACHINE}/joboutputs/heartbeat"'
        self.assertRegex(lines[0], rf'^127\.0\.0\.1 - "token" \[.*\+0000\] {path} 201 0 \d+$')
        self.assertRegex(lines[1], rf'- "{PILOT}" \[.*\] {path} 204 0 \d+$')
        self.assertRegex(lines[2], rf'- "-" \[.*\] {path} 403 \d+ \d+$')
        self.assertNotIn(token_of(MACHINE), log.read_text())
        self.assertEqual(stat.S_IMODE(log.stat().st_mode) & 0o007, 0)
        log.rename(self.folder / "access.log.1")
        self.started[-1].hang_up()
        wait_until(log.exists, 10, "a new access log after SIGHUP")


class LimitsTest(HttpsSiteTest):
    """What a machine, or a stranger, may take of the service."""

    def setUp(self):
        super().setUp()
        self.outputs = self.machine(MACHINE) / "joboutputs"

    def put_own(self, **more):
        return self.put(MACHINE, token=token_of(MACHINE), **more)

    def test_a_file_that_is_too_large_is_refused_before_it_is_sent(self):
        self.serve(joboutputs_file_kb=10)
        self.assertEqual(self.put_own(content="x" * 10_240).status, 201)
        self.assertEqual(self.put_own(file="large", content="x" * 10_241).status, 413)
        self.assertEqual(self.put_own(file="huge", content="x" * 5_000_000).status, 413)
        chunked = self.put(MACHINE, "-H", "Transfer-Encoding: chunked", token=token_of(MACHINE), file="chunked",
                           content="x" * 200_000)
        self.assertEqual(chunked.status, 413)
        self.assertEqual([path.name for path in self.outputs.iterdir()], ["heartbeat"])

    def test_a_stranger_is_refused_before_the_body(self):
        self.serve()
        answer = self.put(MACHINE, "-H", "Expect: 100-continue", content="x" * 3_000_000)
        self.assertEqual(answer.status, 403)
        self.assertNotIn("100 Continue", answer.headers)

    def test_a_chunked_upload_is_taken(self):
        self.serve()
        answer = self.put(MACHINE, "-H", "Transfer-Encoding: chunked", token=token_of(MACHINE), content="y" * 300_000)
        self.assertEqual(answer.status, 201)
        self.assertEqual((self.outputs / "heartbeat").read_text(), "y" * 300_000)

    def test_a_machine_may_leave_so_many_files_and_so_much_in_all(self):
        self.serve(joboutputs_files=3, joboutputs_machine_mb=1, joboutputs_file_kb=800)
        for name in "abc":
            self.assertEqual(self.put_own(file=name).status, 201)
        refused = self.put_own(file="d")
        self.assertEqual(refused.status, 507)
        self.assertIn("3 files", refused.body)
        self.assertEqual(self.put_own(file="a", content="x" * 700_000).status, 204)
        self.assertEqual(self.put_own(file="b", content="x" * 700_000).status, 507)
        self.assertEqual(self.put_own(file="b", content="short").status, 204)

    def test_a_machine_that_writes_too_often_is_told_to_wait(self):
        self.machine(OTHER)
        self.serve(joboutputs_per_minute=5)
        statuses = [self.put_own().status for _ in range(7)]
        self.assertEqual(statuses[:5], [201, 204, 204, 204, 204])
        self.assertIn(429, statuses)
        self.assertIn("Retry-After: ", self.put_own().headers)
        self.assertEqual(self.put(OTHER, token=token_of(OTHER)).status, 201)

    def test_names_that_are_no_files_of_a_machine_are_refused(self):
        self.serve()
        before = sorted(str(path) for path in (self.folder / "state").rglob("*"))
        for file in (".hidden", "a%20b", "a%2fb", "..%2f..%2fvcycle.conf", "%2e%2e/stopped", "../stopped", "./a", "a%00",
                     "../../../../../../../etc/passwd", "%c3%a4", "a" * 201):
            self.assertEqual(self.put_own(file=file).status, 400, file)
        for file in ("a/b", "a/b/c"):
            self.assertIn(self.put_own(file=file).status, (404, 405), file)
        self.assertEqual(before, sorted(str(path) for path in (self.folder / "state").rglob("*")))

    def test_nothing_outside_the_features_can_be_read(self):
        self.serve()
        base = f"{self.https}/machines/{SPACE}/{MACHINE}"
        for path in ("/machinefeatures/../https_x509dn", "/machinefeatures/%2e%2e/https_x509dn",
                     "/machinefeatures/..%2fhttps_x509dn", "/machinefeatures/..%5chttps_x509dn",
                     "/../../../../token_key", "/machinefeatures/%00", "/machinefeatures//../../token_key"):
            self.assertEqual(self.curl(base + path).status, 400, path)
        for path in ("", "/", "/https_x509dn", "/user_data", "/joboutputs/heartbeat", "/joboutputs/", "/manager"):
            answer = self.curl(base + path)
            self.assertEqual((answer.status, answer.body), (404, ""), path)

    def test_a_header_that_trickles_in_is_cut_off_and_others_are_served_meanwhile(self):
        self.serve()
        context = ssl.create_default_context(cafile=str(self.authority.path("authority.crt")))
        slow = context.wrap_socket(socket.create_connection(("127.0.0.1", self.https_port), 20), server_hostname="127.0.0.1")
        self.addCleanup(slow.close)
        began = time.monotonic()
        slow.settimeout(1)
        slow.sendall(b"GET / HTTP/1.1\r\n")
        ended = False
        while not ended and time.monotonic() - began < 40:
            try:
                slow.sendall(b"X: y\r\n")
                ended = slow.recv(1) == b""
            except TimeoutError:
                continue
            except OSError:
                ended = True
        self.assertTrue(ended)
        self.assertGreater(time.monotonic() - began, 10)
        self.assertEqual(self.put_own().status, 201)

    def test_requests_that_could_be_read_in_two_ways_are_refused(self):
        self.serve()
        for headers in ("Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked",
                        "Content-Length: 5\r\nContent-Length: 6", "Content-Length : 5"):
            with socket.create_connection(("127.0.0.1", self.http_port), 20) as bare:
                bare.sendall(f"PUT / HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n0\r\n\r\n"
                             "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                answer = b""
                while part := bare.recv(4096):
                    answer += part
            self.assertRegex(answer, rb"^HTTP/1\.1 (400|501) ", headers)
            self.assertEqual(answer.count(b"HTTP/1.1 "), 1, headers)


class ReadingTest(HttpsSiteTest):
    def setUp(self):
        super().setUp()
        self.machine(MACHINE)
        lists = self.shared_directory / f"spaces/{SPACE}/heartbeatlists"
        lists.mkdir()
        (lists / "prod").write_text("1 vcycle-prod-0123456789 192.0.2.1\n")

    def test_features_are_read_over_https_and_http_as_clients_spell_them(self):
        self.serve()
        for service in (self.https, self.http):
            base = f"{service}/machines/{SPACE}/{MACHINE}"
            for path in ("/machinefeatures/total_cpu", "/machinefeatures//total_cpu", "/machinefeatures/total_cpu/",
                         "/machinefeatures/total%5fcpu", "/machinefeatures/total_cpu?x=y"):
                answer = self.curl(base + path)
                self.assertEqual((answer.status, answer.body), (200, "4\n"), path)
                self.assertIn("text/plain", answer.headers)
            for path in ("/machinefeatures", "/machinefeatures/"):
                self.assertEqual(self.curl(base + path).body, "hs06\ntotal_cpu\n")
            missing = self.curl(base + "/jobfeatures/none")
            self.assertEqual((missing.status, missing.body), (404, ""))
            head = self.curl(base + "/jobfeatures/job_id", "-I")
            self.assertIn("Content-Length: 9", head.headers)
            self.assertEqual(self.curl(f"{service}/heartbeatlists/{SPACE}/prod").body, "1 vcycle-prod-0123456789 192.0.2.1\n")

    def test_machines_that_are_gone_have_no_features(self):
        self.machine("vcycle-prod-gone000000", place="deleted")
        self.serve()
        url = f"{self.http}/machines/{SPACE}/vcycle-prod-gone000000/jobfeatures/job_id"
        self.assertEqual(self.curl(url).status, 404)

    def test_a_proxy_may_ask_with_the_whole_url(self):
        self.serve()
        url = f"http://vcycle.example.com/machines/{SPACE}/{MACHINE}/jobfeatures/job_id"
        self.assertEqual(self.curl(url, "--proxy", self.http).body, "the-uuid\n")


class MachineFeaturesClient:
    """A client as HSF-TN-2016-02 describes one: each variable is a directory or a URL, a key is a file below it, and a key
    that is not there has no value."""

    def __init__(self, test, machinefeatures, jobfeatures):
        self.test, self.places = test, {"machinefeatures": machinefeatures, "jobfeatures": jobfeatures}

    def value(self, place, key):
        answer = self.test.curl(f"{self.places[place].rstrip('/')}/{key}")
        self.test.assertIn(answer.status, (200, 404))
        return answer.body.strip() if answer.status == 200 else None

    def keys(self, place):
        return self.test.curl(self.places[place] + "/").body.split()


class MachineFeaturesTest(HttpsSiteTest):
    """A whole site: vcycled makes a machine on the embedded cloud, whose user_data says where to ask."""

    REQUIRED = {"machinefeatures": {"total_cpu", "hs06", "grace_secs", "shutdowntime"},
                "jobfeatures": {"allocated_cpu", "hs06_job", "grace_secs_job", "shutdowntime_job", "jobstart_secs", "job_id",
                                "wall_limit_secs", "cpu_limit_secs", "max_rss_bytes"}}

    def test_a_client_by_the_book_finds_every_required_key(self):
        cloud = self.cloudbox({"cloud": {"projects": [{"name": "demo"}]},
                               "machinetypes": {"prod": {"boot_seconds": 0, "work_seconds": 600}}})
        end = int(time.time()) + 3600
        text = configuration(cloud.url, {"prod": {"hs06_per_processor": 10, "max_wallclock_seconds": 7200}},
                             https_host="127.0.0.1", https_port=self.https_port, shutdown_time=end, processors_limit=1)
        self.configure(text + "\n" + self.settings())
        daemon = self.vcycled("--cycle-seconds", 1, "--access-log", self.folder / "access.log")
        self.wait_until_served(daemon.process)
        server = wait_until(lambda: next(iter(cloud.call("GET", "/cloudbox/servers")["servers"]), None), 30, "a machine")
        guest = cloud.call("GET", f"/cloudbox/guests/{server['name']}")
        client = MachineFeaturesClient(self, guest["machinefeatures_url"], guest["jobfeatures_url"])
        wait_until(lambda: client.value("jobfeatures", "job_id"), 30, "the cloud's id is known")
        values = {key: client.value(place, key) for place, keys in self.REQUIRED.items() for key in keys}
        self.assertEqual([key for key, value in values.items() if not value], [])
        for key in set(values) - {"job_id", "hs06", "hs06_job"}:
            self.assertRegex(values[key], r"^\d+$", key)
        self.assertEqual(values["job_id"], server["id"])
        self.assertEqual(float(values["hs06"]), 10 * int(values["total_cpu"]))
        self.assertEqual(values["shutdowntime"], str(end))
        for place, keys in self.REQUIRED.items():
            self.assertLessEqual(keys, set(client.keys(place)))
        self.assertIsNone(client.value("jobfeatures", "no_such_key"))


class CertificateTest(HttpsSiteTest):
    def serial(self):
        context = ssl.create_default_context(cafile=str(self.authority.path("authority.crt")))
        with context.wrap_socket(socket.create_connection(("127.0.0.1", self.https_port), 20), server_hostname="127.0.0.1") as tls:
            return tls.getpeercert()["serialNumber"]

    def replace(self, name, source):
        (self.folder / f"{name}.new").write_text(source.read_text())
        os.replace(self.folder / f"{name}.new", self.folder / name)

    def test_a_new_certificate_is_used_without_a_restart_and_a_bad_one_is_not(self):
        program = self.serve()
        first = self.serial()
        log = self.folder / "vcycle-https.log"
        certificate, key = self.authority.host("second")
        self.replace("cert.pem", certificate)  # without its key: half a pair
        program.hang_up()
        wait_until(lambda: "the certificate stays the old one" in log.read_text(), 20, "the half pair is told")
        self.assertEqual(self.serial(), first)
        self.assertIn("stays the old one", self.curl(self.status + "/healthz").body)
        self.replace("key.pem", key)  # seen without a signal
        wait_until(lambda: "new connections get the new certificate" in log.read_text(), 20, "the new pair is told")
        self.assertNotEqual(self.serial(), first)
        self.assertEqual(self.curl(self.status + "/healthz").status, 200)

    def test_an_authority_that_is_added_is_trusted_from_then_on(self):
        outputs = self.machine(MACHINE) / "joboutputs"
        trusts = self.folder / "trusts"
        trusts.mkdir()
        program = self.serve(ca_directory=trusts)
        self.assertEqual(self.put(MACHINE, certificate=self.pilot).status, 403)
        for path in self.authority.trusts.iterdir():
            (trusts / path.name).write_text(path.read_text())
        program.hang_up()
        wait_until(lambda: self.put(MACHINE, certificate=self.pilot).status == 201, 20, "the authority is trusted")
        self.assertEqual((outputs / "heartbeat").read_text(), "alive\n")

    def test_it_says_what_is_wrong_with_its_files_and_does_not_start(self):
        (self.folder / "key.pem").unlink()
        self.configure(self.settings())
        program = HttpsProgram(self.folder)
        self.assertEqual(program.process.wait(20), 1)
        program.log.close()
        self.assertIn("key.pem", program.log_path.read_text())


class StatusTest(HttpsSiteTest):
    def test_it_is_healthy_and_counts(self):
        self.machine(MACHINE)
        self.serve()
        self.put(MACHINE, token=token_of(MACHINE))
        self.put(MACHINE)
        health = self.curl(self.status + "/healthz")
        self.assertEqual((health.status, health.body), (200, "ok\n"))
        metrics = self.curl(self.status + "/metrics")
        self.assertIn('vacuum_http_answers_total{status="2xx"} 1\n', metrics.body)
        self.assertIn('vacuum_http_answers_total{status="4xx"} 1\n', metrics.body)
        self.assertIn("vacuum_https_certificate_end_seconds ", metrics.body)

    def test_it_is_not_served_where_machines_are(self):
        self.serve()
        for path in ("/healthz", "/metrics", "/api/v1/spaces"):
            self.assertEqual(self.curl(self.https + path).status, 404)

    def test_it_shows_records(self):
        self.machine(MACHINE, machinetype_name="prod\n", created="1795629962\n")
        self.serve()
        machine = self.get_json(f"/api/v1/spaces/{SPACE}/machines/{MACHINE}")
        self.assertEqual((machine["machinetype"], machine["created"]), ("prod", 1795629962))
        self.assertEqual(json.loads(self.curl(self.status + "/api/v1/none").body).keys(), {"error"})


if __name__ == "__main__":
    unittest.main()
