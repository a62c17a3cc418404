"""`make demo` shows a newcomer shares, back-off and recovery within a minute, and ends by itself."""
import os
import re
import signal
import subprocess
import time
import unittest

from harness import BIN, ROOT


class Demo(unittest.TestCase):
    def run_demo(self, seconds):
        done = subprocess.run([ROOT / "tools/demo", BIN], env={**os.environ, "DEMO_SECONDS": str(seconds)},
                              capture_output=True, text=True, timeout=seconds + 60, check=False)
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr)
        return done.stdout

    def test_a_minute_shows_all_three_behaviours(self):
        shown = self.run_demo(60)
        rows = re.findall(r"^demo\.example\.com +demo-(steady|waves|idle) +1 +(\d+) +(\d+) +\d+ +\d+ +\d+ +(\d+) +(\d+)  (.*)$",
                          shown, re.MULTILINE)
        of = lambda name: [(int(running), int(done), int(aborted), why)
                           for kind, _, running, done, aborted, why in rows if kind == name]
        self.assertGreaterEqual(len(of("steady")), 10)
        self.assertTrue(any(running >= 8 for running, *_ in of("steady")), "the one with work uses its share")
        self.assertEqual(of("steady")[-1][2], 0, "and never aborts")
        self.assertGreater(of("steady")[-1][1], 0, "its machines finish")
        self.assertTrue(any("backing off" in why for *_, why in of("idle")), "the one without work backs off")
        self.assertTrue(any("prob" in why for *_, why in of("idle")), "and is probed")
        self.assertEqual(of("idle")[-1][1], 0, "with no success")
        waits = [("backing off" in why or "prob" in why, running) for running, _, _, why in of("waves")]
        self.assertTrue(any(waiting for waiting, _ in waits), "the third one's work runs out")
        first = next(i for i, (waiting, _) in enumerate(waits) if waiting)
        self.assertTrue(any(not waiting and running > 0 for waiting, running in waits[first:]), "and comes back")
        counts = re.search(r"(\d+) features read, (\d+) heartbeats and messages put, (\d+) requests failed", shown)
        read, put, failed = map(int, counts.groups())
        self.assertGreater(read, 50, "VMs read their features over HTTPS")
        self.assertGreater(put, 50, "and put heartbeats and messages")
        self.assertLess(failed, put / 50)

    def ends_cleanly(self, send):
        process = subprocess.Popen([ROOT / "tools/demo", BIN], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                   start_new_session=True)
        time.sleep(5)
        send(process)
        output, _ = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 0, output)
        left = subprocess.run(["pgrep", "-s", str(process.pid)], capture_output=True, text=True, check=False).stdout
        self.assertEqual(left, "", "nothing is left running")

    def test_ctrl_c_ends_it_cleanly(self):
        self.ends_cleanly(lambda process: os.killpg(process.pid, signal.SIGINT))  # as a terminal does: to all of them

    def test_a_signal_to_the_script_alone_ends_it_cleanly(self):
        self.ends_cleanly(lambda process: process.terminate())


if __name__ == "__main__":
    unittest.main()
