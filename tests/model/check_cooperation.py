#!/usr/bin/env python3
"""Checks the protocol of co-operating managers with spin: cooperation.pml beside this file.

Usage: check_cooperation.py [NAME]...

Without a name: every setting has to hold in all its states, and in every mutant the error has to be found that it was
made for. A NAME of a setting or a mutant checks that one alone, and tells the steps that lead to an error.
What it all means: docs/cooperation-model.md.
"""
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

MODEL = Path(__file__).resolve().with_name("cooperation.pml")
MEMORY_MB = 1500
DEPTH = 10000
SECONDS = 400
CIRCLE = "non-progress cycle"


@dataclass
class Setting:
    """A world that is small enough to visit whole. Circles are the runs that never end. A large one is only for who
    asks for it by name."""
    name: str
    sizes: str
    circles: bool = True
    large: bool = False


@dataclass
class Mutant:
    """One rule of the protocol broken, in a world that is large enough to show it."""
    name: str
    setting: str
    shows: str


SETTINGS = [
    Setting("whole", "FAULTS=1 RESTARTS=1"),
    Setting("ownership", "FAULTS=2 RESTARTS=1 DELETIONS=1 MACHINES=1"),
    Setting("unknown-vms", "FAULTS=1 RESTARTS=0 DELETIONS=1 MACHINES=2 VMS=2 UNKNOWN"),
    Setting("four-managers", "MANAGERS=4 FAULTS=2 RESTARTS=0 MACHINES=1", circles=False),
    Setting("creations", "FAULTS=2 RESTARTS=1 ENDS_AT_ONCE", circles=False),
    Setting("creations-after-deletions", "FAULTS=1 RESTARTS=0 DELETIONS=1 ENDS_AT_ONCE"),
    Setting("empty-space", "FAULTS=1 RESTARTS=1 VMS=0 ENDS_AT_ONCE"),
    Setting("files-of-turns", "FAULTS=1 RESTARTS=1 TURN_FILES ENDS_AT_ONCE"),
    Setting("many-turns", "FAULTS=0 RESTARTS=0 DELETIONS=1 MACHINES=4 TURN_FILES ENDS_AT_ONCE", circles=False),
    Setting("three-faults", "FAULTS=3 RESTARTS=1 MACHINES=1", circles=False, large=True),
    Setting("whole-with-deletions", "FAULTS=1 RESTARTS=1 DELETIONS=1", circles=False, large=True),
]

MUTANTS = [
    Mutant("NO_FENCE", "ownership", "I2_who_ended_does_nothing"),
    Mutant("NO_FENCE+ONLY_I1", "creations", "I1_the_limit_holds"),
    Mutant("FENCE_OF_MANAGER", "ownership", "I2_who_ended_does_nothing"),
    Mutant("REUSE_INCARNATION", "ownership", "I2_who_ended_does_nothing"),
    Mutant("LEAVE_EARLY", "ownership", "I2_who_ended_does_nothing"),
    Mutant("NO_EXCLUSIVE", "ownership", "I2_only_the_owner_acts"),
    Mutant("GO_ON_AFTER_ADOPTION", "unknown-vms", "I2_only_the_owner_acts"),
    Mutant("NO_FRESH_READ", "whole", "I1_the_limit_holds"),
    Mutant("NO_SECOND_LOOK", "many-turns", "I1_the_limit_holds"),
    Mutant("FORGET_EARLY", "creations", "I1_the_limit_holds"),
    Mutant("LATE_LEASE", "ownership", "I4_the_owner_lives"),
    Mutant("CHAIN_OF_HEIRS", "four-managers", "I4_the_owner_lives"),
    Mutant("CLEAN_UP_EARLY+ONLY_I1", "ownership", CIRCLE),
]


@dataclass
class Search:
    """What a search told."""
    output: str
    failed: bool
    seconds: float
    steps: str  # that lead to the error, for people

    def states(self):
        return int(re.search(r"^\s*(\d+) states, stored", self.output, re.MULTILINE).group(1))

    def memory_mb(self):
        return float(re.search(r"([\d.]+)\s+total actual memory usage", self.output).group(1))

    def error(self):
        """The first error that the search found, in a few words; nothing where there is none."""
        found = re.search(r"^pan:\d+: (.*) \(at depth \d+\)", self.output, re.MULTILINE)
        return found.group(1) if found else ""

    def incomplete(self):
        """Why this was not a visit of all states; nothing where it was."""
        for sign in ("max search depth too small", "Search not completed", "out of memory", "MEMLIM", "aborting"):
            if sign in self.output:
                return sign
        if self.failed or not re.search(r"errors: \d+\n", self.output):
            return "the search ended early"
        return ""

    def story(self):
        """The steps that lead to the error, or else what the search says of itself."""
        return self.steps or self.output.split("\nunreached in ", 1)[0]

    def unreached(self):
        """Statements that no run came to, as (process, line, text)."""
        found, process = set(), ""
        for line in self.output.splitlines():
            if line.startswith("unreached in "):
                process = line.split()[-1]
            elif statement := re.match(r'\s+\S+?:(\d+), state \d+, "(.*)"$', line):
                found.add((process, int(statement.group(1)), statement.group(2)))
        return found


def run(command, folder):
    try:
        return subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=SECONDS)
    except FileNotFoundError:
        sys.exit(f"check_cooperation.py: {command[0]} is not there: tools/install-packages test")
    except subprocess.TimeoutExpired:
        sys.exit(f"check_cooperation.py: {command[0]} did not end within {SECONDS} s")


def build(command, folder):
    done = run(command, folder)
    if done.returncode != 0:
        sys.exit(f"check_cooperation.py: {' '.join(map(str, command))} fails:\n{done.stdout}")


def search(switches, circles, quick):
    """Visits the states of the model with these switches, all or until the first error."""
    flags = [f"-D{switch}" for switch in switches]
    kind = ["-DNP"] if circles else ["-DSAFETY"]
    with tempfile.TemporaryDirectory(prefix="cooperation.") as folder:
        build(["spin", "-a", *flags, MODEL], folder)
        build(["gcc", "-O0" if quick else "-O1", "-w", *kind, "-DNOREDUCE", "-DVECTORSZ=512", f"-DMEMLIM={MEMORY_MB}",
               "-o", "pan", "pan.c"], folder)
        start = time.monotonic()
        done = run(["./pan", f"-m{DEPTH}", *(["-l"] if circles else [])], folder)
        seconds = time.monotonic() - start
        trails = list(Path(folder).glob("*.trail"))
        steps = run(["spin", "-t", "-k", trails[0], *flags, MODEL], folder).stdout if trails else ""
        return Search(done.stdout, done.returncode != 0, seconds, steps.split("\n#processes", 1)[0])


def tell(name, searched, verdict):
    print(f"{name:27} {searched.states():9,} states {searched.seconds:6.1f} s {searched.memory_mb():6.0f} MB  {verdict}",
          flush=True)


def check_setting(setting):
    """Whether the protocol holds in a world; and the statements that were not reached in it."""
    searched = search(setting.sizes.split(), setting.circles, quick=False)
    problem = searched.error() or searched.incomplete()
    tell(setting.name, searched, f"FAILS: {problem}" if problem else "holds")
    if problem:
        print(searched.story())
    return not problem, searched.unreached()


def check_mutant(mutant, with_steps):
    """Whether the error of a mutant is found."""
    world = next(setting for setting in SETTINGS if setting.name == mutant.setting)
    switches = world.sizes.split() + mutant.name.split("+")
    searched = search(switches, mutant.shows == CIRCLE, quick=True)
    caught = mutant.shows in searched.error()
    tell(mutant.name, searched, f"caught: {mutant.shows}" if caught else f"NOT CAUGHT: {searched.error() or 'no error'}")
    if with_steps or not caught:
        print(searched.story())
    return caught


def check_all():
    good, never_reached = True, None
    for setting in (one for one in SETTINGS if not one.large):
        holds, unreached = check_setting(setting)
        good = good and holds
        never_reached = unreached if never_reached is None else never_reached & unreached
    for process, line, text in sorted(never_reached):
        if text != "-end-":  # processes that go on for ever
            print(f"{MODEL.name}:{line}: no setting comes to this statement of {process}: {text}")
            good = False
    for mutant in MUTANTS:
        good = check_mutant(mutant, with_steps=False) and good
    return good


def main(names):
    if not names:
        return 0 if check_all() else 1
    good = True
    for name in names:
        settings = [setting for setting in SETTINGS if setting.name == name]
        mutants = [mutant for mutant in MUTANTS if mutant.name == name]
        if not settings + mutants:
            known = ", ".join(one.name for one in SETTINGS + MUTANTS)
            sys.exit(f"check_cooperation.py: unknown name '{name}' (known: {known})")
        good = all([check_setting(setting)[0] for setting in settings]) and good
        good = all([check_mutant(mutant, with_steps=True) for mutant in mutants]) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
