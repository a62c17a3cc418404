"""What bash offers after TAB, asked of bash itself with bash-completion loaded."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from programs import BIN, PROGRAMS, ROOT, commands_of, options_of, subcommands_of

MACHINE = "vcycle-prod-0123456789"
GONE = "vcycle-prod-9876543210"
SPACE = "a.example.com"

# Loads a completion as bash-completion does, sets what bash would, and prints the offers.
ASK = r"""
source /usr/share/bash-completion/bash_completion
source "$COMPLETIONS/$1"
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9; COMP_KEY=9
function_name=$(complete -p "$1" | sed -E 's/.*-F ([^ ]+) .*/\1/')
"$function_name" "$1" "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
printf '%s\n' "${COMPREPLY[@]}"
"""


class Completion(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="vacuum-completion."))
        self.addCleanup(shutil.rmtree, self.folder)
        spaces = self.folder / f"state/shared/spaces/{SPACE}"
        (spaces / f"current/{MACHINE}").mkdir(parents=True)
        (spaces / f"deleted/{GONE}").mkdir(parents=True)
        (self.folder / "state/status").mkdir()
        (self.folder / f"state/status/{SPACE}.json").write_text(json.dumps(
            {"space": SPACE, "machinetypes": [{"name": "prod", "target_share": 1.0}]}, separators=(",", ":")))

    def offers(self, *words):
        environment = {"PATH": f"{BIN}:/usr/bin:/bin", "COMPLETIONS": str(ROOT / "packaging/bash-completion"),
                       "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}
        done = subprocess.run(["bash", "-c", ASK, "bash", *words], capture_output=True, text=True, env=environment,
                              cwd=self.folder, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return sorted(done.stdout.split())

    def of_vcycle(self, *words):
        return self.offers("vcycle", "--state-dir", str(self.folder / "state"), *words)

    def test_offers_every_option_of_every_program(self):
        for program in PROGRAMS:
            with self.subTest(program):
                self.assertEqual(self.offers(program, "--"), sorted(options_of(program)))

    def test_offers_the_commands_of_vcycle(self):
        self.assertEqual(self.of_vcycle(""), sorted(subcommands_of("vcycle")))
        self.assertEqual(self.of_vcycle("che"), ["check"])

    def test_offers_the_options_of_each_command(self):
        for command in commands_of("vcycle"):
            with self.subTest(" ".join(command)):
                self.assertEqual(self.of_vcycle(*command[1:], "--"), sorted(options_of(*command)))

    def test_offers_the_commands_below_a_command(self):
        for command in commands_of("vcycle"):
            if subcommands_of(*command):
                self.assertEqual(self.of_vcycle(*command[1:], ""), sorted(subcommands_of(*command)))

    def test_offers_spaces_machinetypes_and_machines_where_they_are_meant(self):
        meant = {"plan": [SPACE], "spaces": [SPACE], "machines": [SPACE], "machinetypes": [SPACE],
                 "orders": [SPACE], "drain": [SPACE, f"{SPACE}/prod"], f"drain {SPACE}": ["prod"],
                 "undrain": [SPACE, f"{SPACE}/prod"], "undrain --wait 9 --reason why": [SPACE, f"{SPACE}/prod"],
                 "proxy-init": [SPACE], f"proxy-init --hours 9 {SPACE}": ["prod"],
                 "delete": [MACHINE], f"delete {MACHINE}": [MACHINE], "hold-deletes": [SPACE],
                 "proxy-init": [SPACE], f"proxy-init --hours 2 {SPACE}": ["prod"],
                 "explain": sorted([SPACE, "prod", MACHINE, GONE])}
        known = subcommands_of("vcycle")
        self.assertLessEqual({"plan", "spaces", "machines", "machinetypes"}, set(known))
        for words, expected in meant.items():
            if words.split()[0] in known:
                with self.subTest(words):
                    self.assertEqual(self.of_vcycle(*words.split(), ""), expected)

    def test_finds_the_machinetypes_in_what_the_daemon_really_writes(self):
        source = (ROOT / "src/reports/status_document.cpp").read_text()
        self.assertRegex(source, re.compile(r'"name", plan\.name\.text\(\)\},\s*\{"target_share"'))

    def test_offers_files_for_options_that_take_files(self):
        (self.folder / "site.conf").touch()
        self.assertEqual(self.offers("vcycled", "--config", "si"), ["site.conf"])
        self.assertEqual(self.offers("vcycle", "--config", "si"), ["site.conf"])
        self.assertEqual(self.offers("vcycled", "--state-dir", "st"), ["state"])

    def test_offers_values_where_they_are_few(self):
        self.assertEqual(self.offers("vcycled", "--log-level", ""), ["debug", "error", "info", "warning"])
        self.assertIn("demo", self.offers("cloudbox", "--scenario", ""))


if __name__ == "__main__":
    unittest.main()
