"""Debian's cloud-init accepts the user_data that machines get, as vcycled made it from templates of each kind.

What a VM would see is asked of cloudbox; cloud-init is run by the Python that Debian installs it for.
"""
import json
import subprocess
import unittest
import urllib.request
from pathlib import Path

from harness import ROOT, SystemTest, configuration, wait_until

TEMPLATES = {"script": ROOT / "examples/user_data", "config": ROOT / "examples/user_data.cloud-config",
             "parts": ROOT / "examples/user_data.multipart"}

# Reads user_data as cloud-init does at boot: its parser splits it, its handlers sort the parts and merge what configures.
PARSE = """
import json, logging, os, sys
from cloudinit import handlers, helpers, settings
from cloudinit.handlers import cloud_config, shell_script
from cloudinit.user_data import UserDataProcessor

class DataSource:
    def get_instance_id(self): return "vm"

paths = helpers.Paths({"cloud_dir": sys.argv[2], "run_dir": sys.argv[2]}, ds=DataSource())
for folder in (paths.get_ipath("scripts"), paths.get_ipath_cur("scripts")):
    os.makedirs(folder, exist_ok=True)

warnings = []
class Keep(logging.Handler):
    def emit(self, record): warnings.append(record.getMessage())
logging.getLogger().addHandler(Keep(logging.WARNING))

message = UserDataProcessor(paths).process(open(sys.argv[1], "rb").read())
known = helpers.ContentHandlers()
for handler in (cloud_config.CloudConfigPartHandler(paths), shell_script.ShellScriptPartHandler(paths, datasource=None)):
    known.register(handler)
    handlers.call_begin(handler, None, settings.PER_INSTANCE)
handlers.walk(message, handlers.walker_callback, data={
    "handlers": known, "handlerdir": sys.argv[2], "data": None, "frequency": settings.PER_INSTANCE, "handlercount": 0,
    "excluded": []})
for handler in {id(handler): handler for _, handler in known.items()}.values():
    handlers.call_end(handler, None, settings.PER_INSTANCE)
types = [part.get_content_type() for part in message.walk() if part.get_content_maintype() != "multipart"]
print(json.dumps({"types": types, "warnings": warnings, "config": paths.get_ipath("cloud_config"),
                  "scripts": paths.get_ipath_cur("scripts")}))
"""


class CloudInit(SystemTest):
    def setUp(self):
        super().setUp()
        machinetypes = {name: {"user_data": template, "processors_limit": 1,
                               "user_data_option_cvmfs_proxy": "http://squid.example.com:3128"}
                        for name, template in TEMPLATES.items()}
        self.cloud = self.cloudbox({"cloud": {"schedule_seconds": 0, "build_seconds": 0}})
        self.configure(configuration(self.cloud.url, machinetypes, processors_limit=len(TEMPLATES),
                                     max_created_percent=100, gocdb_sitename="SITE-EXAMPLE"))
        self.vcycled("--cycle-seconds", 0.2)
        servers = lambda: self.cloud.call("GET", "/cloudbox/servers")["servers"]
        wait_until(lambda: len(servers()) == len(TEMPLATES), 30, "each template has a machine")
        self.names = {server["machinetype"]: server["name"] for server in servers()}

    def user_data(self, machinetype):
        """The file that holds what the VM of this machinetype was given."""
        path = self.folder / f"user_data.{machinetype}"
        url = f"{self.cloud.url}/cloudbox/guests/{self.names[machinetype]}/user_data"
        with urllib.request.urlopen(url, timeout=30) as answer:
            path.write_bytes(answer.read())
        self.assertIn(self.names[machinetype].encode(), path.read_bytes())
        self.assertNotIn(b"##user_data_", path.read_bytes())
        return path

    def parse(self, path):
        """What cloud-init finds: the types of the parts, the merged configuration and the scripts."""
        out = self.folder / f"{path.name}.parsed"
        done = subprocess.run(["/usr/bin/python3", "-c", PARSE, path, out], capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        found = json.loads(done.stdout.splitlines()[-1])
        self.assertEqual(found["warnings"], [])
        scripts = [script.read_text() for script in sorted(Path(found["scripts"]).iterdir())]
        return found["types"], Path(found["config"]).read_text(), scripts

    def schema(self, path):
        return subprocess.run(["cloud-init", "schema", "--config-file", path], capture_output=True, text=True, timeout=60,
                              check=False)

    def assert_valid(self, path):
        done = self.schema(path)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("Valid cloud-config", done.stdout)

    def test_takes_a_script_as_a_script(self):
        types, _, scripts = self.parse(self.user_data("script"))
        self.assertEqual(types, ["text/x-shellscript"])
        self.assertEqual(len(scripts), 1)
        self.assertIn(self.names["script"], scripts[0])

    def test_takes_a_configuration_that_keeps_its_schema(self):
        path = self.user_data("config")
        self.assert_valid(path)
        types, merged, scripts = self.parse(path)
        self.assertEqual(types, ["text/cloud-config"])
        self.assertEqual(scripts, [])
        self.assertIn("/joboutputs", merged)

    def test_takes_both_parts_of_a_multi_part_template(self):
        types, merged, scripts = self.parse(self.user_data("parts"))
        self.assertEqual(types, ["text/cloud-config", "text/x-shellscript"])
        self.assertIn("http://squid.example.com:3128", merged)
        self.assertEqual(len(scripts), 1)
        self.assertTrue(scripts[0].startswith("#!/bin/sh\n"))
        subprocess.run(["sh", "-n"], input=scripts[0], text=True, check=True)
        config = self.folder / "merged"
        config.write_text(merged)
        self.assert_valid(config)

    def test_would_refuse_a_configuration_that_breaks_the_schema(self):
        broken = self.folder / "broken"
        broken.write_text("#cloud-config\nwrite_files: 3\n")
        done = self.schema(broken)
        self.assertNotEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
