"""Compares every #include below src/ with the table of rooms, and bans what a room must not hold.

Usage: include_rules.py SOURCE_DIR. Exit status 1 and a line per violation where a rule is broken.
"""
import json
import re
import sys
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
COMMENT = re.compile(r"//.*?$|/\*.*?\*/", re.MULTILINE | re.DOTALL)
STRING = re.compile(r'"(?:\\.|[^"\\\n])*"')

# Libraries that the pure rooms may use beside the standard library. A room that is not named may use any.
PURE_LIBRARIES = {
    "base": ("fmt/",),
    "domain": ("fmt/",),
    "policy": ("fmt/",),
    "config": ("fmt/", "yaml-cpp/", "re2/", "boost/json"),
    "platform": ("fmt/", "openssl/", "boost/json", "re2/"),
    "reports": ("fmt/", "boost/json", "openssl/evp.h", "prometheus/"),
}
# Headers that bring clocks, threads, files or randomness of their own into rooms that get these as values or ports.
BANNED_HEADERS = {
    "policy": ("thread", "mutex", "fstream", "iostream", "filesystem", "random", "future"),
    "domain": ("thread", "mutex", "fstream", "iostream", "filesystem", "random", "future"),
    "control": ("thread", "mutex", "fstream", "iostream", "filesystem", "random", "future"),
}
BANNED_WORDS = {
    "domain": r"system_clock::now|steady_clock::now|\bthrow\b|\btime\(nullptr\)",
    "policy": r"system_clock::now|steady_clock::now|\bthrow\b|\btime\(nullptr\)|std::rand\b",
    "control": r"system_clock::now|steady_clock::now|\btime\(nullptr\)|std::rand\b",
}
CLOUD_NAMES = re.compile(r"openstack|\bnova\b|keystone|glance|\bec2\b", re.IGNORECASE)
ROOMS_WITH_CLOUD_NAMES = ("adapters", "sim", "config", "programs")


def is_test(path):
    return path.name.endswith("_test.cpp") or "testing" in path.parts


def unit(relative):
    """Where a file belongs: its room, or its own folder for an adapter."""
    return "/".join(relative.parts[:2]) if relative.parts[0] == "adapters" else relative.parts[0]


def includes(text):
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1) == '"', match.group(2)


def own_include_error(relative, target, table, source):
    room, here = relative.parts[0], unit(relative)
    target_path = Path(target)
    if not (source / "src" / target_path).exists():
        return f'"{target}" is not below src/'
    there_room, there = target_path.parts[0], unit(target_path)
    if here == there or "*" in table[room]:
        return None
    if is_test(relative) and "testing" in target_path.parts and there_room in [*table[room], room]:
        return None
    if "testing" in target_path.parts and not is_test(relative):
        return f"{target}: fakes are for tests"
    if there_room in table[room]:
        return None
    return f"{here} may not include {there} ({target}); it may include: {', '.join(table[room]) or 'std only'}"


def library_error(relative, target):
    room = relative.parts[0]
    if is_test(relative):
        return None
    if target in BANNED_HEADERS.get(room, ()):
        if not (room == "domain" and target == "random"):
            return f"<{target}> is banned in {room}: it comes as a value or through a port"
    allowed = PURE_LIBRARIES.get(room)
    if allowed is not None and "/" in target and not target.startswith(allowed):
        return f"<{target}> is not a library of {room} (allowed: {', '.join(allowed)})"
    return None


def word_errors(relative, text):
    room = relative.parts[0]
    if is_test(relative):
        return
    code = STRING.sub('""', COMMENT.sub("", text))
    for match in re.finditer(BANNED_WORDS.get(room, r"(?!)"), code):
        yield f"'{match.group(0)}' is banned in {room}"
    if room not in ROOMS_WITH_CLOUD_NAMES:
        for match in CLOUD_NAMES.finditer(code):
            yield f"'{match.group(0)}' names a cloud; that belongs in adapters, sim, config or programs"


def violations(source):
    table = json.loads((Path(__file__).parent / "rooms.json").read_text())
    files = sorted(p for p in (source / "src").rglob("*") if p.suffix in (".hpp", ".cpp"))
    if not files:
        yield f"{source}/src holds no sources"
    for path in files:
        relative = path.relative_to(source / "src")
        if relative.parts[0] not in table:
            yield f"src/{relative}: no such room: {relative.parts[0]}"
            continue
        text = path.read_text()
        for number, own, target in includes(text):
            error = own_include_error(relative, target, table, source) if own else library_error(relative, target)
            if error:
                yield f"src/{relative}:{number}: {error}"
        for error in word_errors(relative, text):
            yield f"src/{relative}: {error}"


def main():
    found = list(violations(Path(sys.argv[1])))
    print("\n".join(found) if found else "include rules hold")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
