"""api/openapi.yaml: that it is OpenAPI 3.1, that the service answers as it says on every path, and that it says all."""
import json
import re
import unittest

import yaml
from jsonschema import Draft202012Validator, RefResolver

from harness import ROOT, SPACE, configuration, wait_until
from https_site import HttpsSiteTest

DOCUMENT = yaml.safe_load((ROOT / "api/openapi.yaml").read_text())
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}

# What OpenAPI 3.1 asks of a document, as far as ours goes; members that it does not know are refused.
SHAPE = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object", "required": ["openapi", "info", "paths"], "additionalProperties": False,
    "properties": {
        "openapi": {"pattern": r"^3\.1\.\d+$"},
        "info": {"type": "object", "required": ["title", "version"], "additionalProperties": False,
                 "properties": {name: {"type": "string"} for name in ("title", "version", "summary", "description")} | {
                     "license": {"type": "object", "required": ["name"],
                                 "not": {"required": ["identifier", "url"]}}}},
        "servers": {"type": "array", "items": {"type": "object", "required": ["url"]}},
        "tags": {"type": "array", "items": {"type": "object", "required": ["name"]}},
        "paths": {"type": "object", "patternProperties": {"^/": {"$ref": "#/$defs/path"}}, "additionalProperties": False},
        "components": {"type": "object", "additionalProperties": False, "properties": {
            "schemas": {"type": "object", "additionalProperties": {"type": "object"}},
            "responses": {"type": "object", "additionalProperties": {"$ref": "#/$defs/response"}},
            "parameters": {"type": "object", "additionalProperties": {"$ref": "#/$defs/parameter"}}}}},
    "$defs": {
        "reference": {"type": "object", "required": ["$ref"]},
        "path": {"type": "object", "additionalProperties": False, "properties": {
            "parameters": {"$ref": "#/$defs/parameters"},
            **{method: {"$ref": "#/$defs/operation"} for method in METHODS}}},
        "operation": {"type": "object", "required": ["operationId", "responses", "summary"], "additionalProperties": False,
                      "properties": {"operationId": {"type": "string"}, "summary": {"type": "string"},
                                     "description": {"type": "string"}, "tags": {"type": "array"},
                                     "parameters": {"$ref": "#/$defs/parameters"},
                                     "responses": {"type": "object", "minProperties": 1, "additionalProperties": False,
                                                   "patternProperties": {r"^[1-5]\d\d$": {"$ref": "#/$defs/response"}}}}},
        "parameters": {"type": "array", "items": {"$ref": "#/$defs/parameter"}},
        "parameter": {"anyOf": [{"$ref": "#/$defs/reference"}, {
            "type": "object", "required": ["name", "in", "schema"], "additionalProperties": False,
            "properties": {"name": {"type": "string"}, "in": {"enum": ["path", "query", "header", "cookie"]},
                           "required": {"type": "boolean"}, "description": {"type": "string"}, "schema": {"type": "object"}},
            "if": {"properties": {"in": {"const": "path"}}}, "then": {"required": ["required"]}}]},
        "response": {"anyOf": [{"$ref": "#/$defs/reference"}, {
            "type": "object", "required": ["description"], "additionalProperties": False,
            "properties": {"description": {"type": "string"}, "content": {
                "type": "object", "additionalProperties": {"type": "object", "required": ["schema"]}}}}]}}}


def references(node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def resolved(node):
    while "$ref" in node:
        at = DOCUMENT
        for part in node["$ref"].removeprefix("#/").split("/"):
            at = at[part]
        node = at
    return node


def closed(node):
    """The schema with every object closed: so a member that the service sends and the document does not name is found."""
    if isinstance(node, list):
        return [closed(value) for value in node]
    if not isinstance(node, dict):
        return node
    more = {"additionalProperties": False} if "properties" in node and "additionalProperties" not in node else {}
    return {key: closed(value) for key, value in node.items()} | more


class DocumentTest(unittest.TestCase):
    def test_it_has_the_shape_of_openapi_3_1(self):
        Draft202012Validator.check_schema(SHAPE)
        problems = [f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
                    for error in Draft202012Validator(SHAPE).iter_errors(DOCUMENT)]
        self.assertEqual(problems, [])

    def test_its_references_lead_somewhere_and_its_schemas_are_schemas(self):
        for reference in references(DOCUMENT):
            self.assertTrue(resolved({"$ref": reference}), reference)
        for schema in DOCUMENT["components"]["schemas"].values():
            Draft202012Validator.check_schema(schema)

    def test_path_parameters_are_declared_and_operations_have_names_of_their_own(self):
        names = []
        for path, item in DOCUMENT["paths"].items():
            declared = {resolved(parameter)["name"] for parameter in item.get("parameters", [])}
            self.assertEqual(declared, set(re.findall(r"{(\w+)}", path)), path)
            names += [item[method]["operationId"] for method in METHODS & set(item)]
        self.assertEqual(len(names), len(set(names)))


class RoutesTest(HttpsSiteTest):
    """Every path, with every status that can be provoked, against a running site."""

    def setUp(self):
        super().setUp()
        cloud = self.cloudbox({"cloud": {"projects": [{"name": "demo"}]},
                               "machinetypes": {"prod": {"boot_seconds": 0, "work_seconds": 600}}})
        self.configure(configuration(cloud.url, {"prod": {}}, processors_limit=2, max_created_percent=100) + "\n" +
                       self.settings())
        daemon = self.vcycled("--cycle-seconds", 1)
        self.wait_until_served(daemon.process)
        wait_until(lambda: len(self.records()) == 2, 30, "two machines")
        wait_until((self.folder / f"state/status/{SPACE}.json").exists, 20, "a first cycle")
        self.seen = set()

    def check(self, template, status=200, query="", **values):
        """Asks, and compares the answer with what the document says of it."""
        path = template.format(**values)
        answer = self.curl(self.status + path + query)
        self.assertEqual(answer.status, status, f"{path}: {answer}")
        told = resolved(DOCUMENT["paths"][template]["get"]["responses"][str(status)])
        kind = re.search(r"(?i)^content-type: *([^;\r\n]+)", answer.headers, re.MULTILINE).group(1)
        self.assertIn(kind, told["content"], path)
        schema = {"components": closed(DOCUMENT["components"]), **closed(told["content"][kind]["schema"])}
        value = json.loads(answer.body) if kind == "application/json" else answer.body
        validator = Draft202012Validator(schema, resolver=RefResolver("", schema))
        self.assertEqual([f"{list(error.absolute_path)}: {error.message}" for error in validator.iter_errors(value)], [], path)
        self.seen.add(template)
        return value

    def test_every_path_answers_as_the_document_says(self):
        space = SPACE
        self.check("/healthz")
        families = re.findall(r"^# TYPE (\S+) ", self.check("/metrics"), re.MULTILINE)
        self.assertEqual(len(families), len(set(families)), "Prometheus refuses a family that comes twice")
        self.assertLessEqual({"vacuum_space_info", "vacuum_http_connections"}, set(families))
        self.assertEqual(len(self.check("/api/v1/managers")["managers"]), 1)
        self.assertEqual([each["name"] for each in self.check("/api/v1/spaces")["spaces"]], [SPACE])
        self.assertEqual(self.check("/api/v1/spaces/{space}", space=space)["space"], SPACE)
        self.check("/api/v1/spaces/{space}", 404, space="none")
        self.check("/api/v1/spaces/{space}/machinetypes", space=space)
        self.check("/api/v1/spaces/{space}/machinetypes", 404, space="none")
        self.check("/api/v1/spaces/{space}/machinetypes/{machinetype}", space=space, machinetype="prod")
        self.check("/api/v1/spaces/{space}/machinetypes/{machinetype}", 404, space=space, machinetype="none")
        first = self.check("/api/v1/spaces/{space}/machines", query="?limit=1", space=space)
        last = self.check("/api/v1/spaces/{space}/machines", query=f"?limit=1&after={first['next']}", space=space)
        self.assertEqual([each["name"] for page in (first, last) for each in page["machines"]], self.records())
        self.check("/api/v1/spaces/{space}/machines", 400, query="?limit=0", space=space)
        self.check("/api/v1/spaces/{space}/machines", 404, space="none")
        self.check("/api/v1/spaces/{space}/machines/{machine}", space=space, machine=self.records()[0])
        self.check("/api/v1/spaces/{space}/machines/{machine}", 404, space=space, machine="vcycle-none")
        self.assertEqual(self.seen, set(DOCUMENT["paths"]))

    def test_a_status_that_cannot_be_read_is_told_as_such(self):
        (self.folder / "state/status/torn.example.com.json").write_text("{")
        self.check("/api/v1/spaces/{space}", 503, space="torn.example.com")
        self.check("/api/v1/spaces/{space}/machinetypes", 503, space="torn.example.com")
        self.assertIn("torn.example.com", self.check("/api/v1/spaces")["without_status"])

    def test_it_reads_only(self):
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            answer = self.curl(f"{self.status}/api/v1/spaces", "-X", method)
            self.assertEqual(answer.status, 405)
            self.assertIn("Allow: GET, HEAD", answer.headers)


if __name__ == "__main__":
    unittest.main()
