"""vacsim as a user meets it: scenarios, a site's own configuration, mistakes, reports, planted bugs."""
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from html.parser import HTMLParser
from pathlib import Path

BIN = Path(os.environ.get("VACUUM_BIN", Path(__file__).resolve().parents[2] / "build/dev/bin"))

CONFIG = """[space site.example.com]
api = openstack
url = https://keystone.example.com:5000/v3
project_name = here
username = vcycle
password_file = /nowhere/password
processors_limit = 20
flavor_names = small

[machinetype site.example.com one]
target_share = 3
backoff_seconds = 600
fizzle_seconds = 600
root_image = https://images.example.com/one.img
user_data = /nowhere/one

[machinetype site.example.com two]
target_share = 1
backoff_seconds = 600
fizzle_seconds = 600
root_image = image:two
user_data = https://data.example.com/two
"""
QUEUES = """[queue one]
machinetypes = site.example.com/one
jobs = endless
job_time = 1h-2h

[queue two]
machinetypes = site.example.com/t*
jobs = 3h:40
job_time = 30m
"""


class Page(HTMLParser):
    """What a report is made of."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.open = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag not in ("meta", "path", "rect"):
            self.open.append(tag)
        self.links += [value for name, value in attributes if name in ("src", "href")]

    def handle_endtag(self, tag):
        if tag not in ("path", "rect"):
            assert self.open.pop() == tag, tag


class Vacsim(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="vacuum-vacsim."))
        self.addCleanup(shutil.rmtree, self.folder)

    def vacsim(self, *words, status=0):
        done = subprocess.run([BIN / "vacsim", *words], capture_output=True, text=True, timeout=300, cwd=self.folder)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout if status == 0 else done.stdout + done.stderr

    def write(self, name, text):
        (self.folder / name).write_text(text)
        return name

    def test_tells_its_scenarios_and_prints_one_that_can_be_run_from_a_file(self):
        names = [line.split()[0] for line in self.vacsim("list").splitlines()]
        upstream = {"test", "trickle", "nothing", "partial", "take-over", "take-over-5", "take-over-60",
                    "two-high-priority", "non-preemptible"}
        self.assertLessEqual(upstream, set(names))
        self.write("mine.conf", self.vacsim("list", "--show", "test"))
        self.assertEqual(self.vacsim("run", "mine.conf"), self.vacsim("run", "test"))

    def test_plays_a_sites_own_configuration_and_draws_a_page_that_needs_nothing_else(self):
        self.write("vcycle.conf", CONFIG)
        self.write("queues.conf", QUEUES)
        told = self.vacsim("run", "--config", "vcycle.conf", "--queues", "queues.conf", "--days", "1", "--report", "r.html")
        self.assertRegex(told, r"one +75.0%")
        text = (self.folder / "r.html").read_text()
        page = Page(text)
        self.assertEqual(page.open, [])
        self.assertEqual(page.links, [])
        self.assertNotIn("script", page.tags)
        self.assertNotIn("@import", text)
        self.assertGreaterEqual(page.tags.count("svg"), 5)
        self.assertIn("prefers-color-scheme: dark", text)

    def test_is_the_same_with_the_same_seed_and_another_with_another(self):
        first = self.vacsim("run", "test", "--seed", "5")
        self.assertEqual(first, self.vacsim("run", "test", "--seed", "5"))
        self.write("vcycle.conf", CONFIG)
        runs = {self.vacsim("run", "--config", "vcycle.conf", "--days", "1", "--seed", seed) for seed in ("1", "2", "3")}
        self.assertEqual(len(runs), 3)

    def test_tells_mistakes_with_their_file_and_line(self):
        mistakes = {"jobs = some": "queues.conf:3: error: [queue one] jobs: 'some' is not understood",
                    "job_tim = 1h": "queues.conf:3: error: [queue one] job_tim: is not known; did you mean job_time?",
                    "job_time = 2h-1h": "queues.conf:3: error: [queue one] job_time: '2h-1h' is no range of durations",
                    "failures = 2": "queues.conf:3: error: [queue one] failures: '2' is no number from 0 to 1"}
        self.write("vcycle.conf", CONFIG)
        for line, message in mistakes.items():
            with self.subTest(line):
                self.write("queues.conf", f"[queue one]\nmachinetypes = site.example.com/one\n{line}\n")
                told = self.vacsim("run", "--config", "vcycle.conf", "--queues", "queues.conf", status=2)
                self.assertIn(message, told)
        self.write("vcycle.conf", CONFIG.replace("fizzle_seconds = 600", "fizzle_seconds = long", 1))
        self.assertIn("vcycle.conf:13: error:", self.vacsim("run", "--config", "vcycle.conf", status=2))
        self.assertIn("none.conf: the file of queues cannot be read",
                      self.vacsim("run", "--config", "vcycle.conf", "--queues", "none.conf", status=2))
        self.assertIn("did you mean trickle?", self.vacsim("run", "trikle", status=2))
        self.vacsim("run", "test", "--queues", "queues.conf", status=2)
        self.vacsim("run", status=2)
        self.vacsim(status=2)

    def test_a_missed_expectation_and_a_report_that_cannot_be_written_fail(self):
        text = self.vacsim("list", "--show", "test")
        self.write("wrong.conf", re.sub("most = 25", "most = 26", re.sub("least = 25", "least = 26", text)))
        self.assertIn("MISSED all-jobs-are-done", self.vacsim("check", "wrong.conf", status=1))
        self.assertIn("cannot be written", self.vacsim("run", "test", "--report", "/nowhere/r.html", status=1))

    def test_finds_planted_bugs_and_tells_how_to_see_one_again(self):
        for canary in ("accounts-again", "forgets-to-archive", "ignores-shares"):
            with self.subTest(canary):
                told = self.vacsim("fuzz", "--seeds", "2", "--canary", canary, status=1)
                again = re.search(r"again: vacsim (fuzz --seeds \d+ --canary \S+) --verbose", told)
                self.assertIsNotNone(again, told)
                self.vacsim(*again.group(1).split(), status=1)

    def test_finds_nothing_where_nothing_is_planted(self):
        self.assertRegex(self.vacsim("fuzz", "--seeds", "2-3"), r"^2 seeds, 0 with violations; [1-9]")
        self.assertIn("--seeds", self.vacsim("fuzz", "--seeds", "9-1", status=2))


if __name__ == "__main__":
    unittest.main()
