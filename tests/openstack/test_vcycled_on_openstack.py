"""vcycled keeps machines on a real nova. Run with tests/openstack/run."""
import base64
import json
import pathlib
import signal
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from fixture.rest import Client  # noqa: E402  (the path comes first)
from fixture.testing import eventually  # noqa: E402
from vcycled_site import LONG_LIVES, PREFIX, SPACE, VcycledTest  # noqa: E402

A_FEW_CYCLES = 5  # seconds


class Creations(VcycledTest):
    def test_fill_the_space_by_share_up_to_its_limit_where_others_count_too(self):
        self.cloud.create("somebody-elses", flavor="m1.medium")
        eventually(lambda: self.cloud.servers("somebody-elses")[0]["status"] == "ACTIVE", 60, "the other machine runs")
        site = self.started_site({"major": {"target_share": 2}, "minor": {}}, processors_limit=8, max_created_percent=50)
        self.runs_with_records(site, 6)
        self.assertEqual((len(self.running("major-")), len(self.running("minor-"))), (4, 2))
        time.sleep(A_FEW_CYCLES)
        self.assertEqual((len(self.own()), self.watcher.most), (6, 6))
        self.assertEqual(len(self.cloud.servers("somebody-elses")), 1)

    def test_stop_at_the_limit_of_a_machinetype(self):
        self.started_site({"narrow": {"processors_limit": 2}, "wide": {}}, processors_limit=7)
        self.runs(5, "wide-")
        time.sleep(A_FEW_CYCLES)
        self.assertEqual((len(self.own("narrow-")), len(self.own("wide-"))), (2, 5))

    def test_choose_the_flavor_by_processors_and_count_them(self):
        self.started_site({"work": {"flavor_names": "m1.tiny m1.large", "min_processors": 2}}, processors_limit=10)
        self.runs(2)
        time.sleep(A_FEW_CYCLES)
        self.assertEqual(self.cloud.limits()["totalCoresUsed"], 8)

    def test_give_the_machine_its_metadata_and_user_data(self):
        site = self.started_site(processors_limit=1)
        name, = self.runs_with_records(site, 1)
        server = self.own()[name]
        self.assertEqual(server["metadata"]["machinetype"], "work")
        self.assertEqual(server["metadata"]["name"], name)
        admin = Client(self.settings, "admin", self.user)
        shown = admin.call("GET", f"{admin.nova}/servers/{server['id']}", **{"OpenStack-API-Version": "compute 2.3"})
        user_data = base64.b64decode(shown["server"]["OS-EXT-SRV-ATTR:user_data"]).decode()
        self.assertEqual(user_data, f"#!/bin/sh\n# {SPACE} work {name}\n")
        self.assertEqual(site.recorded(name, "machinetype_name"), "work")
        self.assertEqual(site.recorded(name, "space_name"), SPACE)
        eventually(lambda: site.recorded(name, "started"), 20, "it is recorded as started")
        self.assertIn(name, json.dumps(site.command("machines")))

    def test_one_cycle_makes_its_part_and_ends(self):
        site = self.site(processors_limit=8, max_created_percent=25)
        self.assertEqual(site.once(), 0)
        self.assertEqual((len(self.own()), len(site.records())), (2, 2))

    def test_with_an_application_credential(self):
        user = self.cloud.log_in().json["token"]["user"]["id"]
        url = f"{self.cloud.keystone}/users/{user}/application_credentials"
        made = self.cloud.call("POST", url, {"application_credential": {"name": f"vacuum-{time.time_ns()}"}})
        credential = made["application_credential"]
        self.addCleanup(lambda: self.cloud.call("DELETE", f"{url}/{credential['id']}"))
        self.started_site(cred_id=credential["id"], cred_secret=credential["secret"], processors_limit=2)
        self.runs(2)


class Deletions(VcycledTest):
    def are_replaced(self, site, first):
        """Wait until all of the first machines are gone, from the records too, and as many others run."""
        self.assertTrue(first)
        return eventually(lambda: len(names := self.running()) == len(first) and not names & first
                          and not site.records() & first and names, 90, "others have taken their place")

    def test_machines_that_pass_max_wallclock_are_replaced(self):
        self.knobs(delete_seconds=2)
        site = self.started_site({"work": {"max_wallclock_seconds": 8}}, processors_limit=3)
        first = self.runs(3)
        self.are_replaced(site, first)
        for name in first:
            message = site.recorded(name, "joboutputs/shutdown_message", "deleted")
            self.assertTrue(message and message.startswith("700 Exceeded max_wallclock_seconds"), message)
        self.assertEqual(self.watcher.most, 3)

    def test_guests_that_power_off_after_their_work_are_replaced(self):
        self.knobs(lifetime_seconds=8)
        site = self.started_site({"work": {"fizzle_seconds": 2}}, processors_limit=3)
        first = self.runs(3)
        self.are_replaced(site, first)
        self.assertIsNone(site.last_abort("work"))
        self.assertEqual(self.watcher.most, 3)

    def test_guests_that_find_no_work_hold_their_machinetype_back_and_no_other(self):
        self.knobs(servers=[{"name_prefix": PREFIX + "idle-", "lifetime_seconds": 2}])
        site = self.started_site({"idle": {"fizzle_seconds": 60}, "busy": {}}, processors_limit=4)
        self.runs(4, "busy-")
        self.assertEqual(self.own("idle-"), {})
        self.assertIsNotNone(site.last_abort("idle"))
        self.assertIsNone(site.last_abort("busy"))

    def test_machines_that_somebody_else_deleted_are_replaced(self):
        site = self.started_site(processors_limit=3)
        first = self.runs_with_records(site, 3)
        for server in self.own().values():
            self.cloud.delete(server["id"])
        self.are_replaced(site, first)


class Failures(VcycledTest):
    def test_builds_that_fail_back_off_and_leave_other_flavors_alone(self):
        self.knobs(servers=[{"name_prefix": PREFIX + "broken-", "fail": "spawn"}])
        site = self.started_site({"broken": {"flavor_names": "m1.small"}, "good": {}}, processors_limit=6)
        self.runs(6, "good-")
        eventually(lambda: not self.own("broken-"), 60, "those in ERROR are deleted")
        tried = len([name for name in self.watcher.seen if name.startswith(PREFIX + "broken-")])
        self.assertLessEqual(tried, 6)
        self.assertEqual(site.records(), self.running())

    def test_an_overload_of_the_cloud_is_waited_for(self):
        self.proxy.add("answer", service="nova", path="/servers", count=8, status=503, headers={"Retry-After": "2"})
        site = self.started_site(processors_limit=3)
        self.runs_with_records(site, 3)
        self.assertEqual(self.watcher.most, 3)


class SmallQuota(VcycledTest):
    """10 instances and 20 cores, and a space that would like to have 15."""

    user = "small"

    def test_the_quota_that_the_cloud_tells_is_kept_without_a_refusal(self):
        site = self.started_site(processors_limit=15)
        self.runs_with_records(site, 10)
        time.sleep(A_FEW_CYCLES)
        self.assertEqual(len(self.running()), 10)
        self.assertEqual([entry["status"] for entry in self.asked()], [202] * 10)

    def test_others_in_the_project_use_the_quota_too(self):
        for number in range(4):
            self.cloud.create(f"somebody-elses-{number}", flavor="m1.large")
        eventually(lambda: self.cloud.limits()["totalCoresUsed"] == 16, 60, "16 cores are used")
        self.started_site(processors_limit=40)
        self.runs(4)
        time.sleep(A_FEW_CYCLES)
        self.assertEqual((len(self.own()), len(self.cloud.servers("somebody-elses-"))), (4, 4))

    def test_a_quota_that_is_not_told_refuses_and_nothing_is_left_of_the_refused(self):
        unlimited = {name: -1 for name in ("maxTotalInstances", "maxTotalCores", "maxTotalRAMSize")}
        unlimited |= {name: 0 for name in ("totalInstancesUsed", "totalCoresUsed", "totalRAMUsed")}
        self.proxy.add("answer", service="nova", method="GET", path="/limits", count=10**6, status=200,
                       headers={"Content-Type": "application/json"},
                       body=json.dumps({"limits": {"rate": [], "absolute": unlimited}}))
        # One in each cycle: nova accepts what races past its check and lets all of the race end in ERROR. After that
        # the flavor waits for a minute.
        site = self.started_site(processors_limit=15, max_created_percent=6)
        eventually(lambda: len(self.running()) == 10 == len(self.own()) and self.running() == site.records(), 180,
                   "ten run, nothing is in ERROR, nothing else is recorded")
        asked = len(self.asked())
        self.assertGreater(asked, 10)
        time.sleep(A_FEW_CYCLES)
        self.assertLessEqual(len(self.asked()) - asked, 1)
        self.assertTrue(self.proxy.log(action="answer"))


class LostAnswers(VcycledTest):
    """A create whose answer is lost leaves a VM that carries our name: it is adopted, and counted once."""

    def each_machine_is_there_once(self, spoiled, **space):
        site = self.started_site(processors_limit=6, create_seconds=LONG_LIVES, **space)
        self.runs_with_records(site, 6)
        time.sleep(A_FEW_CYCLES)
        self.assertEqual((len(self.own()), self.watcher.most, self.watcher.twins), (6, 6, set()))
        self.assertEqual(len(self.proxy.log(action=spoiled)), 3)
        self.assertEqual(len(self.asked(status=202)), 6)
        self.assertEqual(site.records(), set(self.own()))

    def test_the_connection_closes_after_the_deed(self):
        self.proxy.add("drop_answer", service="nova", method="POST", path="/servers$", count=3)
        self.each_machine_is_there_once("drop_answer")

    def test_the_answer_is_cut(self):
        self.proxy.add("truncate", service="nova", method="POST", path="/servers$", count=3, bytes=20)
        self.each_machine_is_there_once("truncate")

    def test_the_answer_comes_after_the_client_gave_up(self):
        self.proxy.add("delay", service="nova", method="POST", path="/servers$", count=3, seconds=8)
        self.each_machine_is_there_once("delay", request_seconds=4)

    def test_the_machine_comes_up_after_the_client_gave_up(self):
        self.proxy.add("delay_request", service="nova", method="POST", path="/servers$", count=3, seconds=10)
        self.each_machine_is_there_once("delay_request", request_seconds=4)

    def test_a_request_that_never_arrived_is_made_up_for(self):
        self.proxy.add("drop_request", service="nova", method="POST", path="/servers$", count=3)
        site = self.started_site(processors_limit=6, create_seconds=25)
        self.runs_with_records(site, 6, seconds=120)
        self.assertEqual((self.watcher.most, self.watcher.twins), (6, set()))

    def test_all_machines_are_adopted_after_the_loss_of_the_directory(self):
        site = self.started_site({"work": {}, "gone": {}}, processors_limit=6)
        first = self.runs_with_records(site, 6)
        site.kill()
        site.lose_records()
        self.proxy.clear()
        site.start()
        eventually(lambda: site.records() == first, 60, "all have records again")
        time.sleep(A_FEW_CYCLES)
        self.assertEqual((self.running(), self.asked()), (first, []))


class Restarts(VcycledTest):
    def test_kill_in_the_middle_of_a_ramp_up_passes_no_limit_and_loses_nothing(self):
        self.proxy.add("delay_request", service="nova", method="POST", path="/servers$", count=100, seconds=3)
        site = self.site(processors_limit=12, max_created_percent=34, create_seconds=40)
        for goal in (2, 6):
            site.start()
            eventually(lambda goal=goal: len(self.asked()) >= goal, 60, f"{goal} were asked for", pause=0.05)
            site.kill()
        site.start()
        self.runs_with_records(site, 12, seconds=150)  # with create_seconds for those that were never asked for
        time.sleep(A_FEW_CYCLES)
        self.assertEqual((len(self.own()), self.watcher.most, self.watcher.twins), (12, 12, set()))

    def test_a_stop_harms_no_machine_and_a_start_makes_none(self):
        site = self.started_site(processors_limit=4)
        first = self.runs_with_records(site, 4)
        self.assertEqual(site.stop(signal.SIGTERM), 0)
        self.assertEqual(self.running(), first)
        site.start()
        time.sleep(A_FEW_CYCLES)
        self.assertEqual((self.running(), site.records(), len(self.asked())), (first, first, 4))


class Tokens(VcycledTest):
    def logins(self):
        return [entry for entry in self.proxy.log(service="keystone", method="POST", status=201)
                if entry["path"].startswith("/v3/auth/tokens")]

    def test_work_goes_on_over_the_end_of_several_tokens(self):
        self.knobs(token_seconds=7)
        site = self.started_site({"work": {"max_wallclock_seconds": 6}}, processors_limit=3)
        eventually(lambda: len(self.logins()) >= 5, 90, "it logged in again and again")
        eventually(lambda: len(site.records("deleted")) >= 9, 90, "three generations have lived")
        self.assertEqual(self.watcher.most, 3)

    def test_a_token_that_is_refused_early_is_renewed(self):
        for method, path in (("GET", "/servers/detail"), ("POST", "/servers$")):
            self.proxy.add("answer", service="nova", method=method, path=path, status=401, skip=1)
        site = self.started_site(processors_limit=3)
        self.runs_with_records(site, 3)
        eventually(lambda: not self.proxy.waiting(), 20, "both refusals were met")
        self.assertGreaterEqual(len(self.logins()), 2)
        self.assertEqual(self.watcher.most, 3)

    def test_nothing_is_touched_while_keystone_is_down(self):
        self.knobs(token_seconds=5)
        site = self.started_site(processors_limit=3)
        first = self.runs_with_records(site, 3)
        self.proxy.add("drop_request", service="keystone", count=10**6)
        victim = self.own()[min(first)]
        self.cloud.delete(victim["id"])
        time.sleep(8)  # the last token has ended in the meantime
        asked = len(self.asked())
        time.sleep(A_FEW_CYCLES)
        self.assertEqual(len(self.asked()), asked)
        self.assertLessEqual(first - {victim["name"]}, self.running())
        self.proxy.clear()
        self.runs_with_records(site, 3)


class Pages(VcycledTest):
    """Nova's [api] max_limit is 20 here: 45 machines are three pages."""

    def setUp(self):
        super().setUp()
        self.filled = self.started_site(processors_limit=45, create_seconds=LONG_LIVES, complete_listing_seconds=3600)
        self.first = self.runs_with_records(self.filled, 45, seconds=180)

    def test_all_pages_are_read(self):
        self.assertTrue([entry for entry in self.proxy.log(method="GET") if "marker=" in entry["path"]])
        self.filled.kill()
        self.filled.lose_records()
        self.proxy.clear()
        self.filled.start()
        eventually(lambda: self.filled.records() == self.first, 60, "all of three pages are adopted")
        time.sleep(A_FEW_CYCLES)
        self.assertEqual((self.asked(), len(self.own())), ([], 45))

    def test_a_listing_without_its_last_pages_is_no_observation(self):
        victim = self.own()[min(self.first)]
        self.proxy.clear()
        self.proxy.add("answer", service="nova", method="GET", path="marker=", count=10**6, status=500)
        time.sleep(2)  # a cycle that had its listing may end
        self.cloud.delete(victim["id"])
        time.sleep(2 * A_FEW_CYCLES)
        self.assertEqual((self.filled.records(), self.asked()), (self.first, []))
        self.proxy.clear()
        eventually(lambda: victim["name"] not in self.filled.records() and len(self.running()) == 45, 180,
                   "the one that is gone was replaced")

    def test_between_listings_of_all_only_changes_are_asked_for(self):
        victim = self.own()[min(self.first)]
        self.proxy.clear()
        self.cloud.delete(victim["id"])
        eventually(lambda: victim["name"] not in self.filled.records() and len(self.running()) == 45
                   and self.running() == self.filled.records(), 180, "the one that is gone was replaced")
        listings = [entry["path"] for entry in self.proxy.log(service="nova", method="GET") if "/servers/detail" in entry["path"]]
        of_all = [path for path in listings if "changes-since=" not in path and "marker=" not in path]
        self.assertLessEqual(len(of_all), 1, "where a deletion finds no VM any more that is in doubt, once")
        self.assertTrue([path for path in listings if "changes-since=" in path])
        self.assertNotIn("listings of changes", self.filled.log.read_text(errors="replace"))

    def test_a_short_page_without_a_link_is_not_the_last(self):
        """Nova answers so while servers move to their cells (see README.md): told here to do it for certain."""
        page = self.cloud.call("GET", self.cloud.nova + "/servers/detail")["servers"][:12]
        for server in page[:3]:
            server.update({"status": "BUILD", "OS-EXT-STS:task_state": "scheduling", "OS-EXT-STS:power_state": 0})
        self.proxy.clear()
        self.proxy.add("answer", service="nova", method="GET", path="/servers/detail(?!.*marker=)", count=10**6, status=200,
                       headers={"Content-Type": "application/json"}, body=json.dumps({"servers": page}))
        time.sleep(2 * A_FEW_CYCLES)
        self.assertEqual((self.filled.records(), self.asked()), (self.first, []))


if __name__ == "__main__":
    unittest.main()
