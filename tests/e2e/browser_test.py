"""Starts a real server, fills it with one trace of two services and its logs, and runs the
Playwright tests of tests/ui against it. Needs SPANHOUND_BUILD and Chromium."""

import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests/e2e"))

from demo import Demo  # noqa: E402

BUILD = os.environ.get("SPANHOUND_BUILD", str(ROOT / "build/release"))


def main():
    with tempfile.TemporaryDirectory() as directory, Demo(BUILD, directory) as demo:
        trace = demo.send_plain_request()
        environment = {
            **os.environ,
            "SPANHOUND_URL": demo.server.url("query"),
            "SPANHOUND_OTLP_URL": demo.server.url("otlp_http"),
            "SPANHOUND_TRACE_ID": trace.trace_id,
            "SPANHOUND_SCREENSHOT": str(ROOT / "build/test-logs/trace.png"),
        }
        tests = sorted(str(path) for path in (ROOT / "tests/ui").glob("*.test.mjs"))
        return subprocess.run(["node", "--test", *tests], cwd=ROOT, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
