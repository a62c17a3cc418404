"""What monitors are told: VacQuery datagrams over IPv4 and IPv6, and the faults of monitors that cannot be reached."""
import json
import socket
import threading
import unittest

from harness import SPACE, SystemTest, configuration, wait_until

SCENARIO = {"cloud": {"schedule_seconds": [0, 0.1], "build_seconds": [0.1, 0.3], "delete_seconds": [0.1, 0.3]},
            "machinetypes": {"prod": {"boot_seconds": [0.1, 0.2], "work_seconds": [2, 3]}}}
COMMON = {"message_type", "daemon_version", "vac_version", "vacquery_version", "cookie", "space", "site", "factory",
          "time_sent"}
OLD_AND_NEW = {"factory_status": [("running_cpus", "running_processors"), ("max_cpus", "max_processors"),
                                  ("total_cpus", "max_processors"), ("total_machines", "max_machines"),
                                  ("vac_disk_avail_kb", "daemon_disk_avail_kb"),
                                  ("vac_disk_avail_inodes", "daemon_disk_avail_inodes")],
               "machinetype_status": [("running_cpus", "running_processors")],
               "machine_status": [("num_cpus", "num_processors")]}


class Monitor:
    """Keeps what VacMon would store; reads datagrams as VacMon does, 10240 bytes each."""

    def __init__(self, family, address):
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.bind((address, 0))
        self.socket.settimeout(0.2)
        self.port = self.socket.getsockname()[1]
        self.messages = []
        self.ends = False
        self.thread = threading.Thread(target=self.listen)
        self.thread.start()

    def listen(self):
        while not self.ends:
            try:
                datagram, _ = self.socket.recvfrom(10240)
            except TimeoutError:
                continue
            self.messages.append(json.loads(datagram))
        self.socket.close()

    def of_type(self, message_type):
        return [message for message in list(self.messages) if message["message_type"] == message_type]

    def stop(self):
        self.ends = True
        self.thread.join()


class Monitoring(SystemTest):
    def start(self, vacmons):
        cloud = self.cloudbox(SCENARIO)
        machinetype = {"fizzle_seconds": 1, "backoff_seconds": 0, "accounting_fqan": "/vo/Role=NULL/Capability=NULL",
                       "hs06_per_processor": 10.5}
        self.configure(configuration(cloud.url, {"prod": machinetype}, vacmon_hostport=vacmons, processors_limit=4,
                                     max_created_percent=100, gocdb_sitename="EXAMPLE"))
        return self.vcycled("--cycle-seconds", 0.4)

    def monitor(self, family, address):
        self.started.append(Monitor(family, address))
        return self.started[-1]

    def status(self):
        return self.vcycle_json("spaces")["spaces"][0]

    def check_messages(self, monitor):
        for message_type in OLD_AND_NEW:
            wait_until(lambda kind=message_type: monitor.of_type(kind), 30, f"a {message_type} comes")
        wait_until(lambda: any(m["running_machines"] for m in monitor.of_type("factory_status")), 30, "machines run")
        for message in list(monitor.messages):
            self.assertLessEqual(COMMON, set(message))
            self.assertRegex(message["daemon_version"], r"^Vcycle \d+\.\d+\.\d+ vcycled$")
            self.assertEqual((message["vacquery_version"], message["space"], message["site"]),
                             ("VacQuery 01.03", SPACE, "EXAMPLE"))
            for old, new in OLD_AND_NEW[message["message_type"]]:
                self.assertEqual(message[old], message[new])
        busy = next(m for m in monitor.of_type("factory_status") if m["running_machines"])
        self.assertEqual(busy["running_hs06"], 10.5 * busy["running_processors"])
        self.assertGreater(busy["mem_total_kb"], 0)
        ended = monitor.of_type("machine_status")[0]
        self.assertEqual(ended["fqan"], "/vo/Role=NULL/Capability=NULL")
        self.assertTrue(ended["machine"].startswith("vcycle-prod-"))
        names = [m["machine"] for m in monitor.of_type("machine_status")]
        self.assertEqual(len(names), len(set(names)), "the end of a machine is told once")

    def test_monitors_of_both_families_are_told_and_dead_ones_delay_nothing(self):
        four = self.monitor(socket.AF_INET, "127.0.0.1")
        six = self.monitor(socket.AF_INET6, "::1")
        nobody = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        nobody.bind(("127.0.0.1", 0))
        dead = f"127.0.0.1:{nobody.getsockname()[1]}"
        nobody.close()
        daemon = self.start(f"127.0.0.1:{four.port} [::1]:{six.port} {dead} vacmon.invalid:8884")
        self.check_messages(four)
        self.check_messages(six)
        faults = wait_until(lambda: len(self.status()["faults"]) == 2 and self.status()["faults"], 30,
                            "both faults are told")
        self.assertEqual([fault["source"] for fault in faults], [f"vacmon {dead}", "vacmon vacmon.invalid:8884"])
        self.assertIn("Connection refused", faults[0]["sentence"])
        self.assertIn("cannot find the address of vacmon.invalid", faults[1]["sentence"])
        shown = self.vcycle("spaces")
        self.assertIn("fault: vacmon vacmon.invalid:8884: cannot find the address", shown)
        self.assertLess(self.status()["cycle_took_ms"], 400)
        self.assertEqual(daemon.stop(), 0)

    def test_a_single_cycle_reaches_monitors_by_name(self):
        four = self.monitor(socket.AF_INET, "127.0.0.1")
        self.start(f"localhost:{four.port}").stop()
        four.messages.clear()
        self.assertEqual(self.vcycled("--once").process.wait(30), 0)
        wait_until(lambda: four.messages, 10, "a datagram comes")


if __name__ == "__main__":
    unittest.main()
