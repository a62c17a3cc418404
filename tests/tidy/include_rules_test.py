"""The include rules hold for this tree, and the checker catches each kind of violation."""
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import include_rules  # noqa: E402

SOURCE = Path(__file__).resolve().parents[2]


class TheTree(unittest.TestCase):
    def test_keeps_the_include_rules(self):
        self.assertEqual(list(include_rules.violations(SOURCE)), [])


class TheChecker(unittest.TestCase):
    """Each test copies the tree, adds one forbidden thing and expects exactly that to be found."""

    def setUp(self):
        self.root = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        shutil.copytree(SOURCE / "src", self.root / "src")

    def found_after_adding(self, file, line):
        path = self.root / "src" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((path.read_text() if path.exists() else "") + line + "\n")
        return list(include_rules.violations(self.root))

    def assert_caught(self, file, line, words):
        found = self.found_after_adding(file, line)
        self.assertEqual(len(found), 1, found)
        self.assertIn(words, found[0])
        self.assertIn(file, found[0])

    def test_catches_policy_including_a_port(self):
        self.assert_caught("policy/plan.hpp", '#include "ports/clock.hpp"', "policy may not include ports")

    def test_catches_domain_including_policy(self):
        self.assert_caught("domain/fleet.hpp", '#include "policy/plan.hpp"', "domain may not include policy")

    def test_catches_one_adapter_including_another(self):
        self.assert_caught("adapters/openstack/extra.hpp", '#include "adapters/http/curl_client.hpp"',
                           "adapters/openstack may not include adapters/http")

    def test_catches_control_including_an_adapter(self):
        self.assert_caught("control/join.hpp", '#include "adapters/http/curl_client.hpp"',
                           "control may not include adapters/http")

    def test_catches_a_library_in_a_pure_room(self):
        self.assert_caught("policy/plan.hpp", "#include <boost/json.hpp>", "not a library of policy")

    def test_catches_a_thread_in_policy(self):
        self.assert_caught("policy/plan.hpp", "#include <thread>", "banned in policy")

    def test_catches_a_clock_read_in_control(self):
        self.assert_caught("control/extra.cpp", "auto t = std::chrono::system_clock::now();", "banned in control")

    def test_catches_a_cloud_named_outside_its_adapter(self):
        self.assert_caught("domain/extra.cpp", "int nova = 0;", "names a cloud")

    def test_catches_production_code_using_a_fake(self):
        self.assert_caught("control/extra.cpp", '#include "ports/testing/fake_clock.hpp"', "fakes are for tests")

    def test_catches_a_room_that_is_not_in_the_table(self):
        self.assert_caught("misc/extra.cpp", "", "no such room")

    def test_catches_an_include_of_nothing(self):
        self.assert_caught("control/extra.cpp", '#include "nowhere/x.hpp"', "is not below src/")


if __name__ == "__main__":
    unittest.main()
