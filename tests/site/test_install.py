"""What `make install` lays out, and that lists which have to agree do."""
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from programs import BIN, PROGRAMS, ROOT, SECTIONS

BUILD = BIN.parent
PLACES = {"vcycled": "sbin", "vcycle": "bin", "vcycle-https": "sbin", "cloudbox": "bin", "vacsim": "bin"}


class TheInstallation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = Path(tempfile.mkdtemp(prefix="vacuum-install."))
        cls.addClassCleanup(shutil.rmtree, cls.root)
        done = subprocess.run(["cmake", "--install", BUILD], capture_output=True, text=True,
                              env={**os.environ, "DESTDIR": str(cls.root)})
        if done.returncode:
            raise AssertionError(done.stderr)
        cache = (BUILD / "CMakeCache.txt").read_text()
        cls.prefix = cls.root / re.search(r"(?m)^CMAKE_INSTALL_PREFIX:PATH=/(.*)$", cache).group(1)

    def test_has_each_program_with_its_page_and_its_completion(self):
        for program in PROGRAMS:
            with self.subTest(program):
                self.assertTrue(os.access(self.prefix / PLACES[program] / program, os.X_OK))
                self.assertTrue((self.prefix / f"share/man/man{SECTIONS[program]}/{program}.{SECTIONS[program]}").exists())
                self.assertTrue((self.prefix / f"share/bash-completion/completions/{program}").exists())

    def test_has_no_program_that_is_not_meant_for_a_site(self):
        found = {path.name for folder in ("bin", "sbin") for path in (self.prefix / folder).iterdir()}
        self.assertEqual(found, set(PROGRAMS))

    def test_units_name_programs_that_are_there(self):
        units = list((self.prefix / "lib/systemd/system").iterdir())
        self.assertIn("vcycled.service", [unit.name for unit in units])
        for unit in units:
            text = unit.read_text()
            self.assertNotIn("@", re.sub(r"(?m)^#.*$|~@|=@", "", text), unit.name)
            for program in re.findall(r"(?m)^ExecStart=(\S+)", text):
                self.assertTrue((self.root / program.lstrip("/")).exists(), f"{unit.name}: {program}")

    def test_has_what_systemd_logrotate_and_a_reader_need(self):
        for name in ("lib/sysusers.d/vcycle.conf", "lib/tmpfiles.d/vcycle.conf", "share/man/man5/vcycle.conf.5",
                     "share/vacuum/examples/vcycle.conf", "share/doc/vacuum/docs/operators.md",
                     "share/doc/vacuum/api/openapi.yaml", "share/doc/vacuum/examples/vcycle.conf"):
            self.assertTrue((self.prefix / name).exists(), name)
        self.assertTrue((self.root / "etc/logrotate.d/vcycle").exists())


class ThePackagingLists(unittest.TestCase):
    CONTROL = (ROOT / "debian/control").read_text()

    def test_build_with_every_library_that_is_installed_for_a_build(self):
        script = (ROOT / "tools/install-packages").read_text()
        wanted = re.search(r'(?m)^build="([^"]*)"', script).group(1).split()
        libraries = {name for name in wanted if name.endswith("-dev")}
        self.assertGreater(len(libraries), 5)
        depends = re.search(r"(?ms)^Build-Depends:(.*?)^\S", self.CONTROL).group(1)
        self.assertEqual(libraries - set(re.findall(r"[a-z0-9][a-z0-9.+-]+-dev", depends)), set())

    def test_have_the_version_of_the_project(self):
        project = re.search(r"project\(vacuum VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text()).group(1)
        package = re.match(r"vacuum \((\S+)\)", (ROOT / "debian/changelog").read_text()).group(1)
        self.assertEqual(package, project)


if __name__ == "__main__":
    unittest.main()
