"""The programs that were built, and what their --help tells."""
import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("VACUUM_BIN", ROOT / "build/dev/bin"))

# Each program and the section of its manual page.
SECTIONS = {"vcycled": 8, "vcycle": 1, "vcycle-https": 8, "cloudbox": 1, "vacsim": 1}
PROGRAMS = [name for name in SECTIONS if (ROOT / "src/programs" / name / "main.cpp").exists()]

OPTION = re.compile(r"^ +(?:-\w,)?(--[a-z0-9][a-z0-9-]*)", re.MULTILINE)
SUBCOMMAND = re.compile(r"^  ([a-z][a-z0-9-]*)(?: |$)", re.MULTILINE)
EVERYWHERE = {"--help", "--version"}


def help_of(*words):
    done = subprocess.run([BIN / words[0], *words[1:], "--help"], capture_output=True, text=True, timeout=30)
    if done.returncode:
        raise AssertionError(f"{' '.join(words)} --help: exit status {done.returncode}\n{done.stderr}")
    return done.stdout


def options_of(*words):
    return set(OPTION.findall(help_of(*words)))


def subcommands_of(*words):
    _, found, below = help_of(*words).partition("\nSubcommands:\n")
    return SUBCOMMAND.findall(below) if found else []


def commands_of(*words):
    """All commands of a program, each as a tuple of words, the program's bare name first."""
    yield words
    for name in subcommands_of(*words):
        yield from commands_of(*words, name)
