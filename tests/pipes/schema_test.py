"""The JSON Schema of vacuum pipes: valid itself, and of one opinion with `vcycle pipe check` on good and bad pipes."""
import copy
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import jsonschema

SOURCE = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((SOURCE / "docs/reference/vacuum-pipe.schema.json").read_text())
EXAMPLE = SOURCE / "examples/example.pipe"
PUBLISHED = SOURCE.parent / "shared/realconf/pipes"
VCYCLE = Path(os.environ["VACUUM_BIN"]) / "vcycle"

# Each is refused, or ignored, in one entry; what is only ignored makes the schema strict and the check lenient.
REFUSED = {
    "user_data": ["/etc/shadow", "a/b", "..", "file:///x", "https://a.example.org/../x", "https://u:p@a.example.org/", None, "a\nb"],
    "root_image": ["image:theirs", "IMAGE:x", "ftp://a.example.org/x", "/x.iso", ["x"]],
    "user_data_file_key": ["/etc/x509key.pem", "../key.pem", "..", "", "https://a.example.org/k", None],
    "heartbeat_file": ["a/b", ".hidden", "", "a b"],
    "backoff_seconds": [-1, "soon", 2.5, None, True, 1e12],
    "max_processors": [0, "8.5", -3],
    "target_share": [-1, "much", None],
    "user_data_proxy": ["perhaps", 2, None],
    "image_signing_dn": ["", None, 7.5e300 * 1e300],
    "accounting_fqan": ["a\nb", None, {}],
    "user_data_option_x": ["a\nb", "x" * 20000, None, []],
    "suffix": ["UPPER", "a b", "", "../x", None],
}
ACCEPTED = {
    "user_data": ["user_data", "http://a.example.org:80/x?y=1", "https://a.example.org"],
    "root_image": ["x.iso", "https://a.example.org/x.iso"],
    "user_data_file_key": ["key.pem", ".key"],
    "heartbeat_file": ["heartbeat", "hb.1_x-y"],
    "backoff_seconds": [0, 600, 600.0, "600"],
    "target_share": [0, 0.5, "0.5", 1000],
    "user_data_proxy": [True, False, "true", "True", "no"],
    "image_signing_dn": ["^/CN=x$"],
    "user_data_option_x": [" -o a=b ", 5, True, ""],
    "suffix": ["a", "a-1", 8],
    "cvmfs_repositories": [["a", "b"], "a"],
    "min_wallclock_seconds": [50000],
}


def schema_accepts(pipe):
    return jsonschema.Draft202012Validator(SCHEMA).is_valid(pipe)


def check_accepts(pipe):
    with tempfile.NamedTemporaryFile("w", suffix=".pipe") as file:
        json.dump(pipe, file)
        file.flush()
        done = subprocess.run([VCYCLE, "pipe", "check", "--json", file.name], capture_output=True, text=True, timeout=60)
    report = json.loads(done.stdout)
    assert done.returncode == (0 if report["good"] else 1), done
    return report["good"]


def with_value(option, value):
    pipe = {"machinetypes": [{"suffix": "a", "backoff_seconds": 1}]}
    pipe["machinetypes"][0][option] = value
    return pipe


class SchemaTest(unittest.TestCase):
    def test_the_schema_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_our_example_is_valid(self):
        jsonschema.validate(json.loads(EXAMPLE.read_text()), SCHEMA, cls=jsonschema.Draft202012Validator)

    def test_every_published_pipe_is_valid(self):
        if not PUBLISHED.exists():
            self.skipTest("the published pipes are not on this machine")
        pipes = sorted(PUBLISHED.glob("*.pipe"))
        self.assertGreater(len(pipes), 5)
        for pipe in pipes:
            with self.subTest(pipe.name):
                jsonschema.validate(json.loads(pipe.read_text()), SCHEMA, cls=jsonschema.Draft202012Validator)

    def test_schema_and_check_refuse_the_same_values(self):
        for option, values in REFUSED.items():
            for value in values:
                with self.subTest(option=option, value=str(value)[:40]):
                    pipe = with_value(option, value)
                    self.assertFalse(schema_accepts(pipe), "the schema accepts it")
                    self.assertFalse(check_accepts(pipe), "the check accepts it")

    def test_schema_and_check_accept_the_same_values(self):
        for option, values in ACCEPTED.items():
            for value in values:
                with self.subTest(option=option, value=str(value)[:40]):
                    pipe = with_value(option, value)
                    self.assertTrue(schema_accepts(pipe), "the schema refuses it")
                    self.assertTrue(check_accepts(pipe), "the check refuses it")

    def test_what_is_no_pipe_is_refused_by_both(self):
        for pipe in ({}, [], {"machinetypes": {}}, {"user_data": "x"}, {"machinetypes": [1]}, {"machinetypes": [{}]}):
            with self.subTest(str(pipe)):
                self.assertFalse(schema_accepts(pipe))
                self.assertFalse(check_accepts(pipe))

    def test_an_option_that_no_pipe_may_give_is_an_error_of_the_schema(self):
        for option in ("processors_limit", "fizle_seconds", "user_data_option_", "https_x509dn"):
            self.assertFalse(schema_accepts(with_value(option, "x")), option)
            self.assertTrue(check_accepts(with_value(option, "x")), option)

    def test_entries_for_containers_are_free_to_hold_what_vac_knows(self):
        pipe = copy.deepcopy(json.loads(EXAMPLE.read_text()))
        pipe["machinetypes"].append({"suffix": "box", "machine_model": "singularity", "container_command": ["x"]})
        self.assertTrue(schema_accepts(pipe))
        self.assertTrue(check_accepts(pipe))


if __name__ == "__main__":
    unittest.main()
