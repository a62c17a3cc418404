"""What CONTRIBUTING.md asks of sources and documents, as far as a program can see it.

Usage: style_rules.py SOURCE_DIR. Exit status 1 and a line per violation where a rule is broken.
"""
import re
import subprocess
import sys
from pathlib import Path

LINE_LENGTH = 120
FILE_LINES = 400
FUNCTION_LINES = 70
CLANG_FORMAT_VERSION = 14  # others lay out differently

CPP = (".hpp", ".cpp")
OPEN_ENDS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
SLEEPS = re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep)\b")
# Words of a workplace: a reader has only the project. Written so that this file does not find itself.
WORKPLACE = re.compile(r"/work[/]|\bfarm[-]|\b(?:sub-?)?[a]gents? sessions?\b|\bLLM\b|\bissues? #?\d|\bissues sho[w]\b")
WORKPLACE_IN_DOCUMENTS = re.compile(r"\bses[s]ions?\b")
LITERAL = re.compile(r'R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'|//[^\n]*|/\*.*?\*/', re.DOTALL)
RAW_STRING = re.compile(r'R"(\w*)\(.*?\)\1"', re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(`{3,}).*?^\1", re.MULTILINE | re.DOTALL)
NO_FUNCTION = re.compile(r"^\s*(?:template\s*<.*>\s*)?(?:namespace|class|struct|union|enum|extern)\b", re.DOTALL)


def files(source):
    """The files under version control; of a tree without it, all that are not built."""
    listed = subprocess.run(["git", "-c", "safe.directory=*", "-C", source, "ls-files", "-z"], capture_output=True)
    if listed.returncode == 0:
        names = listed.stdout.decode().split("\0")
    else:
        names = (str(path.relative_to(source)) for path in source.rglob("*"))
    paths = [Path(name) for name in sorted(names) if name and not name.startswith((".git/", "build/"))]
    return [path for path in paths if (source / path).is_file()]


def is_ours(path):
    return path.suffix in CPP and path.parts[0] in ("src", "tests")


def without_literals(text):
    """The same lines, without what is in strings and comments."""

    def blank(match):
        quote = '""' if match.group(0)[0] in "R\"'" else ""
        return quote + "\n" * match.group(0).count("\n")

    return LITERAL.sub(blank, text)


def functions(code):
    """First line and number of lines of each outermost function, told by its braces."""
    stack, head, head_line, line = [], "", 1, 1
    for char in code:
        if char == "\n":
            line += 1
        if char == "{":
            inside = any(kind == "function" for kind, _ in stack)
            is_function = not inside and ")" in head and "=" not in head.split("(")[0]
            is_function = is_function and not NO_FUNCTION.match(head)
            stack.append(("function" if is_function else "other", head_line))
            head = ""
        elif char == "}":
            kind, first = stack.pop() if stack else ("other", line)
            if kind == "function":
                yield first, line - first + 1
            head = ""
        elif char == ";":
            head = ""
        elif head or not char.isspace():
            if not head:
                head_line = line
            head += char


def line_errors(path, text):
    in_programs = path.parts[:2] == ("src", "programs")
    breakable = RAW_STRING.sub(lambda match: "\n" * match.group(0).count("\n"), text)
    for number, line in enumerate(breakable.splitlines(), 1):
        if len(line) > LINE_LENGTH and "://" not in line:
            yield f"{path}:{number}: {len(line)} characters, {LINE_LENGTH} are allowed"
    for number, line in enumerate(text.splitlines(), 1):
        if "\t" in line:
            yield f"{path}:{number}: a tab"
        if OPEN_ENDS.search(line):
            yield f"{path}:{number}: an open end: {OPEN_ENDS.search(line).group(0)}"
        if not in_programs and "std::cout" in line:
            yield f"{path}:{number}: std::cout belongs in programs"
    for number, line in enumerate(without_literals(text).splitlines(), 1):
        if SLEEPS.search(line) and (not in_programs or path.name.endswith("_test.cpp")):
            yield f"{path}:{number}: {SLEEPS.search(line).group(0)}: time is stepped in tests, waited for on the loop"


def source_errors(path, text):
    yield from line_errors(path, text)
    count = len(text.splitlines())
    if count > FILE_LINES:
        yield f"{path}: {count} lines, {FILE_LINES} are allowed"
    for first, lines in functions(without_literals(text)):
        if lines > FUNCTION_LINES:
            yield f"{path}:{first}: a function of {lines} lines, {FUNCTION_LINES} are allowed"
    if path.suffix == ".hpp" and not re.search(r"^#pragma once$", text, re.MULTILINE):
        yield f"{path}: no #pragma once"


def anchors(text):
    """The fragments that headings can be linked by, as code hosts make them."""
    headings = re.findall(r"^#+ +(.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def link_errors(source, path, text):
    for target in LINK.findall(re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, fragment = target.partition("#")
        there = (source / path.parent / name) if name else source / path
        if not there.exists():
            yield f"{path}: a link to nowhere: {target}"
        elif fragment and fragment not in anchors(there.read_text()):
            yield f"{path}: no such heading: {target}"


def workplace_errors(path, text):
    patterns = [WORKPLACE] + ([WORKPLACE_IN_DOCUMENTS] if path.suffix == ".md" else [])
    for number, line in enumerate(text.splitlines(), 1):
        for match in (pattern.search(line) for pattern in patterns):
            if match:
                yield f"{path}:{number}: '{match.group(0)}' speaks of a workplace, not of the project"


def page_errors(source, path):
    """What groff has to say of a manual page."""
    command = ["groff", "-man", "-Tutf8", "-ww", "-z", "-k", source / path]
    told = subprocess.run(command, capture_output=True, text=True)
    if told.returncode or told.stderr:
        yield f"{path}: {' '.join(told.stderr.split()) or 'groff fails'}"


def format_errors(source, paths):
    """Files that clang-format would lay out otherwise."""
    if not paths:
        return
    told = subprocess.run(["clang-format", "--dry-run", "-Werror", "--style=file", *paths], capture_output=True,
                          text=True, cwd=source)
    unformatted = set(re.findall(r"^(\S+?):\d+:\d+: error: code should be clang-formatted", told.stderr, re.MULTILINE))
    yield from (f"{name}: not formatted: make format" for name in sorted(unformatted))
    if told.returncode and not unformatted:
        yield f"clang-format: {told.stderr.strip()}"


def clang_format_version():
    told = subprocess.run(["clang-format", "--version"], capture_output=True, text=True).stdout
    return int(re.search(r"version (\d+)", told).group(1))


def violations(source):
    """All but the layout."""
    tracked = files(source)
    if not any(is_ours(path) for path in tracked):
        yield f"{source} holds no sources"
    for path in tracked:
        try:
            text = (source / path).read_text()
        except UnicodeDecodeError:
            continue
        yield from workplace_errors(path, text)
        if is_ours(path):
            yield from source_errors(path, text)
        if path.suffix == ".md":
            yield from link_errors(source, path, text)
        if path.parts[:2] == ("docs", "man"):
            yield from page_errors(source, path)


def layout_violations(source):
    return list(format_errors(source, [str(path) for path in files(source) if is_ours(path)]))


def main():
    source = Path(sys.argv[1]).resolve()
    found = list(violations(source)) + layout_violations(source)
    print("\n".join(found) if found else "the style holds")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
