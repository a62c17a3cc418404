"""APEL's side of accounting: a reader of its messages, written from their definition alone, and a sender that takes
them from the directory queue as SSM does, with the library that SSM does it with."""
import re
import sys

# Debian's python3-dirq, whichever Python runs this.
sys.path.append("/usr/lib/python3/dist-packages")
from dirq.QueueSimple import QueueSimple  # noqa: E402  pylint: disable=wrong-import-position

# https://wiki.egi.eu/wiki/APEL/MessageFormat: key → whether it must be there, form of its value.
NUMBER = r"\d+"
TEXT = r"\S(.*\S)?"
JOB_KEYS = {
    "Site": (True, TEXT), "SubmitHost": (True, TEXT), "MachineName": (False, TEXT), "Queue": (False, TEXT),
    "LocalJobId": (True, TEXT), "LocalUserId": (False, TEXT), "GlobalUserName": (False, r"(/[^/=]+=[^/]+)+"),
    "FQAN": (False, r"(/[^/]+)+"), "WallDuration": (True, NUMBER), "CpuDuration": (True, NUMBER),
    "Processors": (False, NUMBER), "NodeCount": (False, NUMBER), "InfrastructureDescription": (False, TEXT),
    "InfrastructureType": (False, "grid|local"), "StartTime": (True, NUMBER), "EndTime": (True, NUMBER),
    "MemoryReal": (False, NUMBER), "MemoryVirtual": (False, NUMBER),
    "ServiceLevelType": (True, "Si2k|HEPSPEC|custom"), "ServiceLevel": (True, r"\d+(\.\d+)?"),
}
SYNC_KEYS = {"Site": (True, TEXT), "SubmitHost": (True, TEXT), "NumberOfJobs": (True, NUMBER),
             "Month": (True, "[1-9]|1[0-2]"), "Year": (True, r"\d{4}")}
MESSAGES = {"APEL-individual-job-message: v0.3": JOB_KEYS, "APEL-sync-message: v0.1": SYNC_KEYS}


class Malformed(Exception):
    pass


def parse(message):
    """The one record of a message as a dictionary, numbers as numbers. Raises Malformed."""
    lines = message.split("\n")
    keys = MESSAGES.get(lines[0])
    if keys is None:
        raise Malformed(f"unknown message: {lines[0]!r}")
    if lines[-2:] != ["%%", ""]:
        raise Malformed("does not end with a line %%")
    record = {}
    for line in lines[1:-2]:
        key, colon, value = line.partition(": ")
        if not colon or key not in keys:
            raise Malformed(f"not a line of this message: {line!r}")
        if key in record:
            raise Malformed(f"{key} is there twice")
        if not re.fullmatch(keys[key][1], value):
            raise Malformed(f"{key} has the value {value!r}")
        record[key] = int(value) if keys[key][1] == NUMBER else value
    missing = [key for key, (required, _) in keys.items() if required and key not in record]
    if missing:
        raise Malformed(f"has no {', '.join(missing)}")
    if keys is JOB_KEYS and record["EndTime"] - record["StartTime"] < 0:
        raise Malformed("ends before it starts")
    return record


class Ssm:
    """Sends what waits in a directory queue: here, it only keeps the texts."""

    def __init__(self, directory):
        self.directory = directory
        self.sent = []

    def send(self, most=None, tidy=False):
        """Takes up to `most` messages, removes them, and, when asked, tidies up what is empty."""
        if not self.directory.exists():
            return
        queue = QueueSimple(str(self.directory))
        for count, name in enumerate(queue):
            if count == most:
                break
            if not queue.lock(name):
                continue
            text = queue.get(name)
            self.sent.append(text.decode() if isinstance(text, bytes) else text)
            queue.remove(name)
        if tidy:
            queue.purge()
