"""The knobs alone: needs no OpenStack."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from fixture import knobs  # noqa: E402  (the path comes first)


class KnobsTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name

    def of(self, name, metadata=None):
        return knobs.of_server(self.directory, name, metadata or {})

    def test_without_a_file_the_cloud_behaves_well(self):
        self.assertEqual(self.of("any"), {"build_seconds": 0, "lifetime_seconds": None, "delete_seconds": 0,
                                          "fail": None})

    def test_a_change_leaves_the_other_knobs(self):
        knobs.change(self.directory, build_seconds=3)
        knobs.change(self.directory, token_seconds=20)
        self.assertEqual(self.of("any")["build_seconds"], 3)
        self.assertEqual(knobs.read(self.directory)["token_seconds"], 20)

    def test_the_later_of_two_fitting_prefixes_overrides(self):
        knobs.change(self.directory, build_seconds=1, servers=[
            {"name_prefix": "vcycle-", "build_seconds": 2, "fail": "spawn"},
            {"name_prefix": "vcycle-a-", "build_seconds": 3}])
        self.assertEqual([self.of(name)["build_seconds"] for name in ("x", "vcycle-b-1", "vcycle-a-1")], [1, 2, 3])
        self.assertEqual(self.of("vcycle-a-1")["fail"], "spawn")

    def test_a_servers_own_metadata_overrides_all(self):
        knobs.change(self.directory, servers=[{"name_prefix": "", "build_seconds": 2}])
        own = self.of("any", {"knob_build_seconds": "0.5", "knob_fail": "spawn", "machinetype": "a"})
        self.assertEqual((own["build_seconds"], own["fail"]), (0.5, "spawn"))

    def test_a_misspelt_knob_is_refused(self):
        for wrong in ({"build_second": 1}, {"servers": [{"name": "x"}]}, {"servers": [{"token_seconds": 1}]}):
            with self.assertRaises(ValueError):
                knobs.change(self.directory, **wrong)

    def test_reset_forgets_all(self):
        knobs.change(self.directory, build_seconds=3)
        knobs.reset(self.directory)
        knobs.reset(self.directory)
        self.assertEqual(knobs.read(self.directory), knobs.DEFAULTS)


if __name__ == "__main__":
    unittest.main()
