"""Every option and command that a program tells in --help is in its manual page, and the page tells no other."""
import re
import subprocess
import unittest

from programs import EVERYWHERE, PROGRAMS, ROOT, SECTIONS, commands_of, options_of


def page_of(program):
    """The manual page as a reader sees it, hyphens of broken words undone."""
    path = ROOT / f"docs/man/{program}.{SECTIONS[program]}"
    done = subprocess.run(["groff", "-man", "-Tascii", "-P-cbou", "-rLL=1000n", "-rHY=0", path], capture_output=True,
                          text=True, check=True)
    return done.stdout


def documented(pattern, text):
    return re.search(rf"(?<![\w-]){re.escape(pattern)}(?![\w-])", text) is not None


class TheManualPages(unittest.TestCase):
    def test_exist_for_each_program(self):
        self.assertGreaterEqual(len(PROGRAMS), 3)
        for program in PROGRAMS:
            with self.subTest(program):
                self.assertRegex(page_of(program), rf"(?m)^NAME\n +{program} - ")

    def test_tell_every_option_and_command(self):
        for program in PROGRAMS:
            page = page_of(program)
            for command in commands_of(program):
                words = " ".join(command[1:])
                with self.subTest(" ".join(command)):
                    self.assertTrue(not words or documented(words, page), f"{program}: '{words}' is not in its page")
                    missing = {option for option in options_of(*command) - EVERYWHERE if not documented(option, page)}
                    self.assertEqual(missing, set(), f"options of '{' '.join(command)}' that its page does not tell")

    def test_tell_no_option_that_the_program_does_not_have(self):
        for program in PROGRAMS:
            with self.subTest(program):
                told = set(re.findall(r"(?<![\w-])--[a-z0-9][a-z0-9-]*", page_of(program)))
                known = set().union(*(options_of(*command) for command in commands_of(program)))
                self.assertEqual(told - known, set())


if __name__ == "__main__":
    unittest.main()
