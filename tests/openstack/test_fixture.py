"""The cloud does what the other tests rely on. Run with: tests/openstack/openstack run -- python3 test_fixture.py"""
import concurrent.futures
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from fixture import rest  # noqa: E402  (the path comes first)
from fixture.rest import Client  # noqa: E402
from fixture.testing import CloudTest, eventually  # noqa: E402


class LifeOfAServer(CloudTest):
    def create(self, name, client=None, **more):
        answer = (client or self.demo).create(name, **more)
        self.assertEqual(answer.status, 202, answer.body)
        return answer.json["server"]["id"]

    def reaches(self, server_id, status, client=None):
        return eventually(lambda: (server := (client or self.demo).server(server_id))["status"] == status and server,
                          60, f"status {status}")

    def test_is_created_runs_with_an_address_and_is_deleted(self):
        server = self.reaches(self.create("one"), "ACTIVE")
        self.assertEqual(server["OS-EXT-STS:power_state"], 1)
        self.assertRegex(server["addresses"]["private"][0]["addr"], r"^10\.64\.")
        self.assertEqual(self.demo.delete(server["id"]).status, 204)
        eventually(lambda: self.demo.server(server["id"]) is None, 30, "it is gone")

    def test_builds_slowly_for_a_name_and_shuts_down_by_metadata(self):
        self.knobs(servers=[{"name_prefix": "slow-", "build_seconds": 4}])
        slow, quick = self.create("slow-1"), self.create("quick-1", metadata={"knob_lifetime_seconds": "1"})
        self.assertEqual(self.reaches(quick, "SHUTOFF")["OS-EXT-STS:power_state"], 4)
        self.assertEqual(self.demo.server(slow)["OS-EXT-STS:task_state"], "spawning")
        self.reaches(slow, "ACTIVE")

    def test_is_called_deleting_while_a_deletion_takes_its_time(self):
        server = self.create("one")
        self.reaches(server, "ACTIVE")
        self.knobs(delete_seconds=3)
        self.demo.delete(server)
        shown = self.demo.server(server)
        self.assertEqual((shown["status"], shown["OS-EXT-STS:task_state"]), ("ACTIVE", "deleting"))
        eventually(lambda: self.demo.server(server) is None, 30, "it is gone")

    def test_ends_in_error_where_the_build_fails_or_no_host_fits(self):
        self.knobs(fail="spawn")
        self.assertIn("fault", self.reaches(self.create("broken"), "ERROR"))
        for name in ("large-1", "large-2", "large-3"):
            self.create(name, flavor="m1.toobig")
        eventually(lambda: [s for s in self.demo.servers("large-") if s["status"] == "ERROR"], 60, "no host fits")

    def test_a_listing_of_45_has_three_pages(self):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda number: self.demo.create(f"many-{number}"), range(45)))
        self.assertEqual({answer.status for answer in answers}, {202})
        # not at once: listings during a burst of builds may be short (see README.md)
        eventually(lambda: [server["status"] for server in self.demo.servers("many-")] == 45 * ["ACTIVE"], 120, "all run")
        first = self.demo.call("GET", self.demo.nova + "/servers/detail?limit=1000")
        self.assertEqual(len(first["servers"]), self.settings.page_limit)


class Quota(CloudTest):
    def test_the_eleventh_server_of_the_small_project_is_refused(self):
        for number in range(10):
            self.assertEqual(self.small.create(f"q-{number}").status, 202)
        eventually(lambda: {server["status"] for server in self.small.servers()} == {"ACTIVE"}, 60, "ten run")
        refused = self.small.create("q-10")
        self.assertEqual(refused.status, 403)
        self.assertIn("forbidden", refused.json)
        self.assertEqual(self.small.limits()["totalInstancesUsed"], 10)

    def test_cores_are_limited_too(self):
        answers = [self.small.create(f"c-{number}", flavor="m1.large").status for number in range(5)]
        self.assertEqual(answers, [202] * 5)
        eventually(lambda: self.small.limits()["totalCoresUsed"] == 20, 60, "20 cores are used")
        self.assertEqual(self.small.create("c-5").status, 403)


class Tokens(CloudTest):
    def list(self, client):
        return rest.request("GET", client.nova + "/servers", headers={"X-Auth-Token": client.token}).status

    def test_a_users_token_ends_when_the_knob_says(self):
        self.knobs(token_seconds=3)
        client = Client(self.settings, "demo")
        client.log_in()
        self.assertEqual(self.list(client), 200)
        time.sleep(4)
        self.assertEqual(self.list(client), 401)
        client.log_in()
        self.assertEqual(self.list(client), 200)

    def test_a_server_is_built_though_its_users_token_has_ended(self):
        self.knobs(token_seconds=3, build_seconds=5)
        self.demo.log_in()
        server = self.demo.create("one").json["server"]["id"]
        eventually(lambda: self.demo.server(server)["status"] == "ACTIVE", 60, "it runs")


class Proxy(CloudTest):
    def test_links_and_catalogue_lead_through_the_proxy(self):
        client = Client(self.settings, "demo", proxied=True)
        catalogue = client.log_in().json["token"]["catalog"]
        public = {entry["type"]: endpoint["url"] for entry in catalogue for endpoint in entry["endpoints"]
                  if endpoint["interface"] == "public"}
        self.assertEqual((public["compute"], public["image"], public["identity"]),
                         (client.nova, client.glance.removesuffix("/v2"), client.keystone))
        link = client.create("one").json["server"]["links"][0]["href"]
        self.assertTrue(link.startswith(client.nova), link)

    def test_a_lost_answer_leaves_a_server(self):
        client = Client(self.settings, "demo", proxied=True)
        client.log_in()
        self.proxy.add("drop_answer", service="nova", method="POST", path="/servers$")
        with self.assertRaises(OSError):
            client.create("lost")
        eventually(lambda: self.demo.servers("lost"), 10, "the server exists")


if __name__ == "__main__":
    unittest.main()
