"""vcycled and vcycle as an administrator meets them, on the embedded cloud."""
import json
import os
import signal
import subprocess
import time
import unittest

from harness import BIN, SPACE, SystemTest, configuration, wait_until

WORKING = {"boot_seconds": 0.1, "work_seconds": 100000}
IDLE = {"boot_seconds": 0.1, "idle_seconds": 0.3, "work": "never"}
QUICK_CLOUD = {"schedule_seconds": 0, "build_seconds": 0.1, "delete_seconds": 0.1}


def scenario(**machinetypes):
    return {"cloud": QUICK_CLOUD, "machinetypes": machinetypes}


class Life(SystemTest):
    def start(self, machinetypes, guests, **space):
        cloud = self.cloudbox(scenario(**guests))
        self.configure(configuration(cloud.url, machinetypes, max_created_percent=100, **space))
        return cloud, self.vcycled("--cycle-seconds", 0.2)

    def test_shares_decide_how_a_full_space_is_divided(self):
        cloud, _ = self.start({"a": {"target_share": 3}, "b": {"target_share": 1}}, {"a": WORKING, "b": WORKING},
                              processors_limit=16)
        wait_until(lambda: cloud.state()["total"] == 16, 20, "the space is full")
        counts = {name: counted["processors"] for name, counted in cloud.state()["machinetypes"].items()}
        self.assertEqual(counts, {"a": 12, "b": 4})

    def test_plan_names_the_wait_its_length_and_the_machine_that_caused_it(self):
        cloud, daemon = self.start({"idle": {"backoff_seconds": 300, "fizzle_seconds": 60}}, {"idle": IDLE},
                                   processors_limit=2)
        wait_until(lambda: self.log_lines("backs off"), 20, "a machine found no work")
        self.assertEqual(daemon.stop(), 0)
        text = self.vcycle("plan")
        self.assertRegex(text, r"machinetype idle: backing off \d+ min( \d+ s)? more after vcycle-idle-[a-z0-9]{10} "
                               r"ended with 300 No more work")
        plan = self.vcycle_json("plan")["spaces"][0]["machinetypes"][0]
        self.assertEqual(plan["wait"], "backing_off")
        self.assertTrue(plan["last_abort"]["machine"].startswith("vcycle-idle-"))
        self.assertEqual(plan["last_abort"]["message"], "300 No more work")
        created = cloud.state()["created"]
        self.vcycle("plan")
        self.assertEqual(cloud.state()["created"], created, "plan touches nothing")

    def test_a_restart_harms_no_machine_and_creates_none_twice(self):
        cloud, daemon = self.start({"a": {}}, {"a": WORKING}, processors_limit=8)
        wait_until(lambda: cloud.state()["total"] == 8, 20, "the space is full")
        self.assertEqual(daemon.stop(), 0)
        self.started.remove(daemon)
        self.vcycled("--cycle-seconds", 0.2)
        wait_until(lambda: len(self.log_lines("vcycled .* starts")) == 2, 10, "the second start")
        time.sleep(1)
        state = cloud.state()
        self.assertEqual((state["total"], state["created"], state["deletes_asked"]), (8, 8, 0))

    def test_a_machine_is_deleted_when_its_time_is_over(self):
        cloud, _ = self.start({"a": {"max_wallclock_seconds": 2}}, {"a": WORKING}, processors_limit=1)
        wait_until(lambda: cloud.state()["deletes_asked"] >= 1, 20, "the first machine was deleted")
        wait_until(lambda: self.log_lines("700 Exceeded max_wallclock_seconds"), 20, "the log tells why")

    def test_a_hung_machine_is_deleted_for_its_missing_heartbeat(self):
        hung = {**WORKING, "hang_rate": 1, "heartbeat_seconds": 0.2}
        cloud, _ = self.start({"a": {"heartbeat_file": "heartbeat", "heartbeat_seconds": 1, "fizzle_seconds": 1}},
                              {"a": hung}, processors_limit=1)
        wait_until(lambda: cloud.state()["deletes_asked"] >= 1, 30, "the hung machine was deleted")
        wait_until(lambda: self.log_lines("700 Heartbeat file not updated"), 20, "the log tells why")

    def test_a_changed_configuration_is_followed_without_a_restart(self):
        cloud, _ = self.start({"a": {}}, {"a": WORKING}, processors_limit=2)
        wait_until(lambda: cloud.state()["total"] == 2, 20, "the first limit")
        self.configure(configuration(cloud.url, {"a": {}}, max_created_percent=100, processors_limit=5))
        wait_until(lambda: cloud.state()["total"] == 5, 20, "the new limit")

    def test_a_broken_configuration_keeps_the_machines_and_creates_none(self):
        cloud, daemon = self.start({"a": {}}, {"a": WORKING}, processors_limit=2)
        wait_until(lambda: cloud.state()["total"] == 2, 20, "the limit")
        self.configure("[space\nnonsense\n")
        wait_until(lambda: self.log_lines("configuration cannot be read"), 10, "it says so")
        self.assertIsNone(daemon.process.poll())
        self.assertEqual(cloud.state()["deletes_asked"], 0)
        wait_until(lambda: "cannot be read" in self.vcycle("spaces") + self.vcycle("machinetypes"), 10, "seen in the status")

    def test_a_dead_cloud_delays_no_other_space(self):
        cloud = self.cloudbox(scenario(a=WORKING))
        dead = configuration("http://127.0.0.1:9", {"a": {}}, processors_limit=2).replace(SPACE, "dead.example.com")
        self.configure(dead + configuration(cloud.url, {"a": {}}, processors_limit=2, max_created_percent=100))
        self.vcycled("--cycle-seconds", 0.2)
        wait_until(lambda: cloud.state()["total"] == 2, 10, "the good space is full")
        wait_until((self.folder / "state/status/dead.example.com.json").exists, 10, "the dead one's first cycle is over")
        self.assertIn("failed", self.vcycle("spaces"))

    def test_servers_that_fail_to_build_are_deleted_and_then_waited_for(self):
        cloud, _ = self.start({"a": {}}, {"a": WORKING}, processors_limit=2)
        cloud.faults(failed_builds={"rate": 1, "with": ["no_valid_host"]})
        self.configure(configuration(cloud.url, {"a": {}}, max_created_percent=100, processors_limit=6))
        wait_until(lambda: self.log_lines("No valid host"), 20, "the fault is told")
        wait_until(lambda: "No valid host" in self.vcycle("machinetypes"), 20, "and seen as the reason of the wait")

    def test_a_quota_smaller_than_the_limit_is_never_passed(self):
        cloud = self.cloudbox(scenario(a=WORKING), "--quota-cores", 3)
        self.configure(configuration(cloud.url, {"a": {}}, max_created_percent=100, processors_limit=10))
        self.vcycled("--cycle-seconds", 0.2)
        wait_until(lambda: cloud.state()["total"] == 3, 20, "the quota is used")
        time.sleep(1)
        self.assertEqual(cloud.state()["refused"], 0)
        self.assertRegex(self.vcycle("machinetypes"), "quota|limit of 3 processors")

    def test_machines_of_a_machinetype_that_is_gone_are_drained(self):
        cloud, _ = self.start({"a": {}, "b": {}}, {"a": WORKING, "b": WORKING}, processors_limit=4)
        wait_until(lambda: cloud.state()["total"] == 4, 20, "the space is full")
        self.configure(configuration(cloud.url, {"a": {}}, max_created_percent=100, processors_limit=4))
        wait_until(lambda: "orphans" in self.vcycle("spaces"), 10, "the orphans are told")
        self.assertEqual(cloud.state()["deletes_asked"], 0)

    def test_a_full_space_makes_room_for_the_share_of_another_machinetype(self):
        filler = {"a": {"preemptible": True, "grace_secs": 3000}}
        cloud, _ = self.start(filler, {"a": WORKING, "b": WORKING}, processors_limit=4)
        wait_until(lambda: cloud.state()["total"] == 4, 20, "the space is full")
        self.configure(configuration(cloud.url, filler | {"b": {}}, max_created_percent=100, processors_limit=4))
        wait_until(lambda: self.log_lines("told to end by"), 20, "a machine is told to end")
        records = self.folder / f"state/shared/spaces/{SPACE}/current"
        told = [record for record in records.iterdir() if (record / "jobfeatures/shutdowntime_job").exists()]
        self.assertEqual(len(told), 1, "b has yet to show that it finds work: room for one machine")
        self.assertEqual((told[0] / "jobfeatures/grace_secs_job").read_text(), "3000\n")
        ahead = int((told[0] / "machinefeatures/shutdowntime").read_text()) - time.time()
        self.assertGreaterEqual(ahead, 3000)
        time.sleep(1)
        self.assertEqual(len(self.log_lines("told to end by")), 1, "once")
        self.assertIn("machinetype b finds work and is below its share", self.vcycle("explain", told[0].name))
        self.assertRegex(self.vcycle("machinetypes"), "1 of its machines was told to end for others' shares")
        self.assertEqual(cloud.state()["deletes_asked"], 0)

    def test_an_adaptive_ramp_is_shown_and_survives_a_restart(self):
        cloud, daemon = self.start({"a": {"fizzle_seconds": 1}}, {"a": WORKING}, ramp="adaptive", processors_limit=20)
        self.configure(configuration(cloud.url, {"a": {"fizzle_seconds": 1}}, ramp="adaptive", processors_limit=40,
                                     max_created_percent=5))
        wait_until((self.folder / f"state/status/{SPACE}.json").exists, 20, "the first cycle is over")
        ramp = lambda: (self.vcycle_json("spaces")["spaces"] or [{}])[0].get("ramp") or {"step_millionths": 0, "why": ""}
        wait_until(lambda: ramp()["step_millionths"] >= 200000, 30, "it doubled twice")
        self.assertIn("of the limit since", self.vcycle("spaces"))
        self.assertIn("has run for", ramp()["why"])
        self.assertEqual(daemon.stop(), 0)
        self.started.remove(daemon)
        before = (self.folder / f"state/shared/ramps/{SPACE}").read_text()
        self.assertIn("\t", before)
        self.vcycled("--cycle-seconds", 0.2)
        wait_until(lambda: len(self.log_lines("vcycled .* starts")) == 2, 10, "the second start")
        time.sleep(1)
        self.assertGreaterEqual(ramp()["step_millionths"], int(before.split("\t")[0]))

    def test_sighup_reopens_the_log_and_sigterm_ends_at_once(self):
        cloud = self.cloudbox(scenario(a=WORKING))
        self.configure(configuration(cloud.url, {"a": {}}, processors_limit=1))
        log = self.folder / "own.log"
        daemon = self.vcycled("--cycle-seconds", 0.2, "--log-file", log)
        wait_until(log.exists, 10, "the log")
        wait_until(lambda: cloud.state()["total"] == 1, 10, "at work")
        log.rename(self.folder / "own.log.1")
        daemon.process.send_signal(signal.SIGHUP)
        wait_until(log.exists, 10, "a new log")
        began = time.monotonic()
        self.assertEqual(daemon.stop(), 0)
        self.assertLess(time.monotonic() - began, 5)

    def test_the_password_is_nowhere_in_the_log(self):
        _, daemon = self.start({"a": {}}, {"a": WORKING}, processors_limit=1)
        daemon.stop()
        self.started.remove(daemon)
        debug = self.vcycled("--once", "--log-level", "debug")
        debug.process.wait(20)
        text = (self.folder / "vcycled.log").read_text()
        for secret in ("Y2xvdWRib3g=", '"password"', "X-Auth-Token"):
            self.assertNotIn(secret, text)


class CommandLine(SystemTest):
    def run_program(self, *arguments):
        return subprocess.run(list(map(str, arguments)), capture_output=True, text=True, timeout=30, check=False)

    def test_help_and_version_of_every_program(self):
        for program in ("vcycled", "vcycle", "cloudbox"):
            self.assertRegex(self.run_program(BIN / program, "--version").stdout, r"\d+\.\d+\.\d+")
            self.assertIn("--help", self.run_program(BIN / program, "--help").stdout)
            self.assertEqual(self.run_program(BIN / program, "--nonsense").returncode, 2)

    def test_once_tells_by_its_status_whether_all_was_done(self):
        cloud = self.cloudbox(scenario(a=WORKING))
        self.configure(configuration(cloud.url, {"a": {}}, processors_limit=1))
        self.assertEqual(self.vcycled("--once").process.wait(20), 0)
        self.assertEqual(cloud.state()["total"], 1)
        self.configure(configuration("http://127.0.0.1:9", {"a": {}}, processors_limit=1))
        self.assertEqual(self.vcycled("--once").process.wait(60), 1)

    def test_a_second_vcycled_on_one_state_directory_is_refused(self):
        cloud = self.cloudbox(scenario(a=WORKING))
        self.configure(configuration(cloud.url, {"a": {}}, processors_limit=1))
        first = self.vcycled("--cycle-seconds", 1)
        wait_until(lambda: self.log_lines("starts"), 10, "the first is up")
        second = self.run_program(BIN / "vcycled", "--config", self.folder / "vcycle.conf", "--state-dir",
                                  self.folder / "state")
        self.assertEqual(second.returncode, 1)
        self.assertIn(str(first.process.pid), second.stderr)

    def test_a_missing_configuration_is_told_with_its_remedy(self):
        done = self.run_program(BIN / "vcycled", "--config", self.folder / "nowhere.conf", "--state-dir",
                                self.folder / "state")
        self.assertEqual(done.returncode, 1)
        self.assertIn("nowhere.conf", done.stderr)
        self.assertIn("vcycle check", done.stderr)

    def test_a_missing_shared_directory_is_told_and_the_cloud_left_alone(self):
        cloud = self.cloudbox(scenario(a=WORKING))
        self.configure(configuration(cloud.url, {"a": {}}, processors_limit=1))
        done = self.run_program(BIN / "vcycled", "--once", "--config", self.folder / "vcycle.conf", "--state-dir",
                                self.folder / "elsewhere")
        self.assertEqual(done.returncode, 1)
        self.assertIn("mount the shared file system, or make the directory", done.stderr)
        self.assertEqual(cloud.state()["created"], 0)

    def test_every_view_has_a_table_and_json(self):
        cloud = self.cloudbox(scenario(a=WORKING))
        self.configure(configuration(cloud.url, {"a": {}}, processors_limit=2, max_created_percent=100))
        self.vcycled("--cycle-seconds", 0.2)
        wait_until(lambda: len(self.records()) == 2, 20, "two machines")
        wait_until(lambda: all(m["state"] == "running" for m in self.vcycle_json("machines")["machines"]), 20, "running")
        self.assertEqual([m["name"] for m in self.vcycle_json("machines")["machines"]], self.records())
        self.assertEqual(self.vcycle_json("spaces")["spaces"][0]["space"], SPACE)
        self.assertEqual(self.vcycle_json("machinetypes")["machinetypes"][0]["name"], "a")
        for view in ("machines", "machinetypes", "spaces", "plan"):
            self.assertIn(SPACE, self.vcycle(view))
        self.assertEqual(self.vcycle_json("check")["errors"], 0)

    def test_readiness_and_watchdog_are_told_to_systemd(self):
        import socket
        cloud = self.cloudbox(scenario(a=WORKING))
        self.configure(configuration(cloud.url, {"a": {}}, processors_limit=1))
        address = str(self.folder / "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
            listener.bind(address)
            listener.settimeout(20)
            environment = {**os.environ, "NOTIFY_SOCKET": address, "WATCHDOG_USEC": "500000"}
            process = subprocess.Popen([BIN / "vcycled", "--config", self.folder / "vcycle.conf", "--state-dir",
                                        self.folder / "state", "--cycle-seconds", "1"], env=environment,
                                       stderr=subprocess.DEVNULL)
            try:
                heard = ""
                while "READY=1" not in heard or "WATCHDOG=1" not in heard:
                    heard += listener.recv(4096).decode() + "\n"
                process.terminate()
                while "STOPPING=1" not in heard:
                    heard += listener.recv(4096).decode() + "\n"
                self.assertEqual(process.wait(20), 0)
            finally:
                process.kill()


if __name__ == "__main__":
    unittest.main()
