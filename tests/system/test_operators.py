"""What operators order and ask, on the embedded cloud: drain, delete, hold-deletes, explain, events."""
import json
import os
import re
import subprocess
import unittest

from harness import BIN, ROOT, SPACE, SystemTest, configuration, wait_until

WORKING = {"boot_seconds": 0.1, "work_seconds": 100000}
IDLE = {"boot_seconds": 0.1, "idle_seconds": 0.3, "work": "never"}
QUICK_CLOUD = {"schedule_seconds": 0, "build_seconds": 0.1, "delete_seconds": 0.1}
MACHINE = r"vcycle-[a-z]+-[a-z0-9]{10}"


class Operators(SystemTest):
    def start(self, machinetypes, guests, *arguments, **space):
        cloud = self.cloudbox({"cloud": QUICK_CLOUD, "machinetypes": guests})
        self.configure(configuration(cloud.url, machinetypes, max_created_percent=100, **space))
        self.vcycled("--cycle-seconds", 0.2, *arguments)
        return cloud

    def full(self, cloud, machines):
        wait_until(lambda: cloud.state()["total"] == machines, 20, f"{machines} machines")
        wait_until((self.folder / f"state/status/{SPACE}.json").exists, 20, "the first cycle has ended")
        wait_until(lambda: self.machinetypes()[0]["machines"]["running"] > 0, 20, "the first runs")

    def machinetypes(self):
        return self.vcycle_json("machinetypes")["machinetypes"]

    def events(self):
        file = self.folder / "state/events/events.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def kinds_of(self, machine):
        return [event["kind"] for event in self.events() if event.get("machine") == machine]

    def refused(self, *arguments):
        """What a command that does not work says."""
        done = subprocess.run([BIN / "vcycle", "--config", self.folder / "vcycle.conf", "--state-dir",
                               self.folder / "state", *arguments], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 1, done.stdout)
        return done.stderr


class Drain(Operators):
    def test_a_drained_machinetype_gets_none_and_its_machines_go_on(self):
        cloud = self.start({"a": {}, "b": {}}, {"a": WORKING, "b": WORKING}, processors_limit=4)
        self.full(cloud, 4)
        said = self.vcycle("drain", f"{SPACE}/a", "--reason", "new network", "--wait", 20)
        self.assertRegex(said, rf"{SPACE}/a is drained: nothing new is created, what runs ends by itself.*takes effect")
        self.assertRegex(said, r"seen by \S+ in the cycle of 20\d\d-")
        self.configure((self.folder / "vcycle.conf").read_text().replace("processors_limit = 4", "processors_limit = 8"))
        wait_until(lambda: cloud.state()["total"] == 8, 20, "b takes what is free")
        counts = {name: counted["processors"] for name, counted in cloud.state()["machinetypes"].items()}
        self.assertEqual(counts, {"a": 2, "b": 6})
        self.assertEqual(cloud.state()["deletes_asked"], 0)
        drained = next(one for one in self.machinetypes() if one["name"] == "a")
        self.assertEqual(drained["wait"], "draining")
        for text in (drained["why"], self.vcycle("machinetypes"), self.vcycle("plan"), self.vcycle("spaces"),
                     self.vcycle("orders"), self.vcycle("explain", "a")):
            self.assertIn("new network", text)

        self.vcycle("undrain", SPACE, "a", "--wait")
        self.assertEqual(self.vcycle_json("orders")["orders"], [])
        def kinds():
            return {event["kind"] for event in self.events() if event.get("machinetype") == "a"}
        # events are written beside the cycle that the command waited for
        wait_until(lambda: {"order_given", "order_withdrawn"} <= kinds(), 20, "both are among the events")

    def test_a_drained_space_stays_so_over_a_restart(self):
        cloud = self.start({"a": {}}, {"a": WORKING}, processors_limit=2)
        self.full(cloud, 2)
        self.vcycle("drain", SPACE, "--wait", 20)
        self.started.pop().stop()
        self.configure((self.folder / "vcycle.conf").read_text().replace("processors_limit = 2", "processors_limit = 4"))
        self.vcycled("--cycle-seconds", 0.2)
        wait_until(lambda: self.vcycle_json("spaces")["spaces"][0]["processors_limit"] == 4, 20, "a new cycle")
        self.assertEqual(cloud.state()["created"], 2)
        self.assertIn("no such order stands", self.vcycle("undrain", f"{SPACE}/a"))
        self.vcycle("undrain", SPACE)
        wait_until(lambda: cloud.state()["total"] == 4, 20, "it goes on")

    def test_names_that_nobody_knows_are_refused_with_a_suggestion(self):
        cloud = self.start({"prod": {}}, {"prod": WORKING}, processors_limit=1)
        self.full(cloud, 1)
        self.assertIn(f"did you mean {SPACE}/prod?", self.refused("drain", f"{SPACE}/prof"))
        self.assertIn("is not a whole name", self.refused("drain", SPACE[:-2]))
        self.assertIn("is no machine; name the machines to delete", self.refused("delete", "prod"))
        machine = self.records()[0]
        self.assertIn("is a machine; name a space or a machinetype", self.refused("drain", machine))
        self.assertIn(f"did you mean {machine}?", self.refused("delete", machine[:-1]))
        self.assertEqual(self.vcycle_json("orders")["orders"], [])

    def test_a_directory_that_may_not_be_written_is_told_with_the_remedy(self):
        cloud = self.start({"a": {}}, {"a": WORKING}, processors_limit=1)
        self.full(cloud, 1)
        self.folder.chmod(0o755)
        as_nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] if os.getuid() == 0 else []
        if not as_nobody:
            (self.folder / "state/shared").chmod(0o555)
            self.addCleanup((self.folder / "state/shared").chmod, 0o755)
        done = subprocess.run([*as_nobody, BIN / "vcycle", "--config", self.folder / "vcycle.conf", "--state-dir",
                               self.folder / "state", "drain", SPACE], capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stderr, r"orders: Permission denied; run it as the user \w+, whom the shared directory "
                                      r"belongs to, or as root")


class Delete(Operators):
    def test_a_machine_is_deleted_with_the_reason_as_its_message_and_no_abort(self):
        cloud = self.start({"a": {"fizzle_seconds": 600}}, {"a": WORKING}, processors_limit=2)
        self.full(cloud, 2)
        machine = self.records()[0]
        wait_until(lambda: "started" in self.kinds_of(machine), 20, "it runs")
        self.assertIn(f"{machine} will be deleted", self.vcycle("delete", machine, "--reason", "kernel hangs", "--wait", 20))
        wait_until(lambda: machine not in self.records(), 30, "it is gone")
        kept = self.folder / f"state/shared/spaces/{SPACE}/deleted/{machine}"
        self.assertEqual((kept / "joboutputs/shutdown_message").read_text(), "100 Deleted by an operator: kernel hangs\n")
        self.assertRegex((kept / "deletion").read_text(), r"^operator_asked \S+ 100 Deleted by an operator: kernel hangs$")
        wait_until(lambda: self.vcycle_json("orders")["orders"] == [], 20, "the order is withdrawn")
        self.assertEqual(self.machinetypes()[0]["finished_abort"], 0)
        ended = self.vcycle_json("machines", "--ended")["machines"]
        self.assertEqual([one["name"] for one in ended], [machine])
        self.assertEqual(ended[0]["delete_reason"], "operator_asked")
        self.assertEqual(ended[0]["shutdown_message"], "100 Deleted by an operator: kernel hangs")
        story = self.vcycle("explain", machine)
        for words in ("created with flavor m1.small (1 processor): lowest weighted count", "runs since",
                      "an operator's order: delete", "deleted: 100 Deleted by an operator: kernel hangs",
                      "gone from the cloud", "its record is kept for cleanup_hours"):
            self.assertIn(words, story)

    def test_held_deletions_wait_also_for_an_operator_until_they_are_released(self):
        cloud = self.start({"a": {}}, {"a": WORKING}, processors_limit=1)
        self.full(cloud, 1)
        machine = self.records()[0]
        self.vcycle("hold-deletes", "--reason", "storage down", "--wait", 20)
        self.vcycle("delete", machine, "--wait", 20)
        wait_until(lambda: "deletions are held" in self.vcycle("spaces"), 20, "it is told")
        self.assertIn("storage down", self.vcycle("spaces"))
        self.assertIn(f"held: delete {machine}", self.vcycle("plan"))
        self.assertEqual(cloud.state()["deletes_asked"], 0)
        self.vcycle("hold-deletes", SPACE, "--off")
        wait_until(lambda: cloud.state()["deletes_asked"] == 1, 20, "it is deleted")
        kinds = lambda: [event["kind"] for event in self.events()]
        wait_until(lambda: "deletions_released" in kinds(), 20, "the release is told")
        self.assertLess(kinds().index("deletions_held"), kinds().index("deletions_released"))


class Explain(Operators):
    def test_a_machine_and_a_machinetype_that_finds_no_work(self):
        cloud = self.start({"idle": {"backoff_seconds": 300, "fizzle_seconds": 60}}, {"idle": IDLE}, processors_limit=1)
        wait_until(lambda: any(event["kind"] == "gone" for event in self.events()), 30, "a machine came and went")
        machine = next(event["machine"] for event in self.events() if event["kind"] == "created")
        self.assertEqual(self.kinds_of(machine), ["created", "started", "stopped", "deleted", "gone"])
        story = self.vcycle("explain", machine[len("vcycle-"):-3])
        lines = [line for line in story.splitlines() if re.match(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ  ", line)]
        self.assertEqual(len(lines), 5, story)
        self.assertIn("ended with 300 No more work: an abort, its machinetype backs off", lines[2])
        self.assertIn("deleted: it had stopped", lines[3])
        self.assertIn("shutdown message: 300 No more work", story)
        self.assertIn("judged as abort: 300 No more work", story)

        story = self.vcycle("explain", "idle")
        self.assertRegex(story, r"why none is created now: backing off \d+ min( \d+ s)? more after " + MACHINE)
        self.assertRegex(story, rf"1 ended \(0 successes, 1 abort\).*; the last abort: {machine} with 300 No more work")
        self.assertRegex(story, r"idle: no more of it: backing off")
        told = self.vcycle_json("explain", f"{SPACE}/idle", "--since", "1h")
        self.assertEqual((told["kind"], told["machinetype"]), ("machinetype", "idle"))
        self.assertIn("backing_off", [event.get("details", {}).get("wait") for event in told["events"]])
        self.assertRegex(self.vcycle("explain", SPACE), rf"space {SPACE}\n  as of the last cycle, ")
        self.assertIn("did you mean idle?", self.refused("explain", "idlle"))
        self.assertEqual(cloud.state()["created"], 1)

    def test_a_failed_cloud_is_told_once_and_its_recovery_too(self):
        cloud = self.start({"a": {}}, {"a": WORKING}, processors_limit=1)
        self.full(cloud, 1)
        text = (self.folder / "vcycle.conf").read_text()
        self.configure(text.replace(cloud.url, "http://127.0.0.1:9"))
        wait_until(lambda: "failed" in self.vcycle("spaces"), 20, "it fails")
        self.configure(text)
        wait_until(lambda: any(event["kind"] == "cycle_recovered" for event in self.events()), 30, "it recovers")
        failures = [event["reason"] for event in self.events() if event["kind"] == "cycle_failed"]
        self.assertEqual(len(failures), len(set(failures)))
        self.assertIn("a cycle failed: ", self.vcycle("explain", SPACE))


class Events(Operators):
    def test_every_line_is_an_object_with_the_members_of_the_reference(self):
        cloud = self.start({"a": {}}, {"a": WORKING}, processors_limit=40)
        self.full(cloud, 40)
        wait_until(lambda: len([e for e in self.events() if e["kind"] == "created"]) == 40, 20, "all are told")
        for event in self.events():
            self.assertRegex(event["time"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            self.assertEqual(event["space"], SPACE)
            self.assertTrue(event["reason"])
            self.assertLessEqual(set(event), {"time", "kind", "space", "machinetype", "machine", "reason", "details"})
        reference = (ROOT / "docs/reference/events.md").read_text()
        for kind in {event["kind"] for event in self.events()}:
            self.assertIn(f"`{kind}`", reference)

    def test_a_disk_that_takes_no_events_stops_nothing_and_is_told(self):
        (self.folder / "state").mkdir()
        (self.folder / "state/events").write_text("in the way")
        cloud = self.start({"a": {}}, {"a": WORKING}, processors_limit=2)
        self.full(cloud, 2)
        wait_until(lambda: self.log_lines("events are lost: cannot"), 20, "it says so")
        self.assertEqual(len(self.log_lines("events are lost")), 1)
        (self.folder / "state/events").unlink()
        self.vcycle("delete", self.records()[0])
        wait_until(lambda: self.log_lines("events are written again"), 20, "it goes on")
        self.assertIn("events_lost", [event["kind"] for event in self.events()])


if __name__ == "__main__":
    unittest.main()
