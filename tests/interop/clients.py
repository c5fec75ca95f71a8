"""What tests of clients not written by us have in common: getting their packages, running them, and
reading back what they sent. All that send traces send the same one of two spans."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests/interop"
sys.path.insert(0, str(ROOT / "tools"))

from processes import Spanhound, request, wait_until  # noqa: E402

BUILD = os.environ.get("SPANHOUND_BUILD", str(ROOT / "build/release"))
PACKAGES = ROOT / "build/interop"
FETCH_SECONDS_MAX = 240
BUILD_SECONDS_MAX = 600
SEND_SECONDS_MAX = 60
LINKED = ("0102030405060708090a0b0c0d0e0f10", "0102030405060708")


def fetch(what, command, directory):
    """Gets packages; whatever goes wrong with that is no failure of ours."""
    try:
        done = subprocess.run(command, cwd=directory, text=True, capture_output=True,
                              timeout=FETCH_SECONDS_MAX, check=False)
    except subprocess.TimeoutExpired:
        raise unittest.SkipTest(f"skipped: {what} did not come within "
                                f"{FETCH_SECONDS_MAX} s") from None
    if done.returncode != 0:
        why = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise unittest.SkipTest(f"skipped: cannot get {what}: {' '.join(why)}")


def copy_to_build(name):
    """The sources of a client, where its packages may be put beside them."""
    directory = PACKAGES / name
    shutil.copytree(HERE / name, directory, dirs_exist_ok=True)
    return directory


def go_client(name="go_traces"):
    """The sender made of a directory."""
    if not shutil.which("go"):
        raise unittest.SkipTest("skipped: no go")
    directory = copy_to_build(name)
    fetch("the Go modules", ["go", "mod", "download"], directory)
    sender = directory / "send"
    try:
        subprocess.run(["go", "build", "-mod=readonly", "-o", sender, "."], cwd=directory,
                       check=True, timeout=BUILD_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        raise unittest.SkipTest(f"skipped: {name} was not compiled within "
                                f"{BUILD_SECONDS_MAX} s") from None
    return [str(sender)]


def node_client():
    """The command of node_traces/ and where to run it."""
    if not shutil.which("npm"):
        raise unittest.SkipTest("skipped: no npm")
    directory = copy_to_build("node_traces")
    fetch("the npm packages", ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund",
                               "--loglevel", "error"], directory)
    return ["node", str(directory / "send.js")]


def python_client(packages_list, name="python_traces"):
    """The command of a directory with the packages of one of its lists."""
    directory = copy_to_build(name)
    packages = directory / packages_list
    fetch(f"the Python packages of {packages_list}.txt",
          [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
           "--upgrade", "--target", str(packages), "-r", f"{packages_list}.txt"], directory)
    return ["env", f"PYTHONPATH={packages}", sys.executable, str(directory / "send.py")]


def java_client(name="java_traces"):
    """The command of a directory with Send.java and what it needs."""
    if not shutil.which("mvn") or not shutil.which("java"):
        raise unittest.SkipTest("skipped: no Java with Maven")
    directory = copy_to_build(name)
    fetch("the Java packages", ["mvn", "-q", "-B", "dependency:copy-dependencies",
                                "-DoutputDirectory=lib"], directory)
    return ["java", "-cp", f"{directory}/lib/*", str(directory / "Send.java")]


def ids_printed(command):
    done = subprocess.run(command, text=True, capture_output=True, timeout=SEND_SECONDS_MAX,
                          check=False)
    if done.returncode != 0:
        raise AssertionError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout.split()[-3:]


def tags_of(key_values):
    return sorted((tag["key"], tag["type"], tag["value"]) for tag in key_values)


def plain(trace):
    """{operation: every field of its span}, with the process in place of its number."""
    spans = {}
    for span in trace["spans"]:
        process = trace["processes"][span["processID"]]
        spans[span["operationName"]] = {
            "spanID": span["spanID"], "traceID": span["traceID"], "flags": span.get("flags", 0),
            "references": [(ref["refType"], ref["traceID"], ref["spanID"])
                           for ref in span["references"]],
            "startTime": span["startTime"], "duration": span["duration"],
            "tags": tags_of(span["tags"]), "warnings": span["warnings"],
            "logs": [(log["timestamp"], tags_of(log["fields"])) for log in span["logs"]],
            "service": process["serviceName"], "process": tags_of(process["tags"])}
    return spans


class InteropTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.server = Spanhound(BUILD, cls.directory.name + "/data")

    @classmethod
    def tearDownClass(cls):
        code = cls.server.stop()
        cls.directory.cleanup()
        assert code == 0, f"exit code {code}:\n" + "\n".join(cls.server.lines[-30:])

    def collector(self):
        return self.server.url("jaeger", "/api/traces")

    def agent(self, port):
        return f"127.0.0.1:{self.server.ports[port]}"

    def stored(self, trace_id, span_count=2):
        """A datagram has no acknowledgement to wait for."""
        def whole():
            answer = request("GET", self.server.url("query", f"/api/traces/{trace_id}"))
            found = answer.status == 200 and answer.json()["data"][0]
            return found if found and len(found["spans"]) == span_count else None
        return wait_until(f"trace {trace_id}", whole)

    def assert_stored(self, ids, parent, child, service, process=(), flags=1,
                      names=("GET /cart", "SELECT")):
        trace_id, parent_id, child_id = ids
        common = {"traceID": trace_id, "flags": flags, "warnings": None, "service": service,
                  "process": sorted(process)}
        expected = {
            names[0]: {**common, "spanID": parent_id, "references": [], **parent},
            names[1]: {**common, "spanID": child_id, **child}}
        expected[names[1]]["references"] = [("CHILD_OF", trace_id, parent_id),
                                            *child.get("references", [])]
        for span in expected.values():
            span["tags"] = sorted(span["tags"])
        self.assertEqual(plain(self.stored(trace_id)), expected)
