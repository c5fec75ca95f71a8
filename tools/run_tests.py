#!/usr/bin/env python3
"""Everything CI runs, suite by suite, with one closing line over all of them:

    N passed, N failed, N skipped

A suite is a command plus a way to read its counts. A suite that dies without counts is one
failure. Output goes to build/test-logs/; what failed is repeated at the end."""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOGS = ROOT / "build" / "test-logs"
FUZZ_SECONDS = os.environ.get("SPANHOUND_FUZZ_SECONDS", "5")
# A small quarantine: freed request bodies kept there would look like memory the server holds.
ASAN = {"ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_string_checks=1:"
                        "quarantine_size_mb=32",
        "UBSAN_OPTIONS": "print_stacktrace=1", "SPANHOUND_CRASH_SEEDS": "60",
        "SPANHOUND_EVERY_NTH": "7"}
# Everything that reads what others wrote. Compiling for a sanitizer takes three times as long, so
# the load generator, the apps and the examples are left out.
ASAN_TESTS = [f"{room}_test" for room in (
    "base", "config", "model", "wire", "store", "net", "query", "ingest", "api", "server", "cli",
    "sdk_setup", "sdk_http", "sdk_httplib", "sdk_curl", "sdk_grpc", "sdk_redis")]
TSAN_TESTS = [f"{room}_test" for room in ("base", "model", "store", "query", "sdk_setup")]
# Damage is no matter of threads, and every damaged store starts five.
TSAN = {"SPANHOUND_CRASH_SEEDS": "40", "SPANHOUND_EVERY_NTH": "41"}


class Counts:
    def __init__(self, passed=0, failed=0, skipped=0):
        self.passed, self.failed, self.skipped = passed, failed, skipped

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def __str__(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def total(pattern, text):
    return sum(int(number) for number in re.findall(pattern, text, re.M))


def read_ctest(text):
    """GoogleTest cases where a test binary prints them; other ctest tests count as one each."""
    counts = Counts(total(r"^\s*(?:\d+: )?\[  PASSED  \] (\d+) tests?", text),
                    total(r"^\s*(?:\d+: )?\[  FAILED  \] (\d+) tests?, listed", text),
                    total(r"^\s*(?:\d+: )?\[  SKIPPED \] (\d+) tests?, listed", text))
    for block in re.split(r"^\s*Start +\d+: ", text, flags=re.M)[1:]:
        passed = re.search(r"Test +#\d+: .*Passed", block)
        failed = re.search(r"Test +#\d+: .*\*\*\*(Failed|Timeout|Exception|Not Run)", block)
        if "[==========]" not in block:
            counts.add(Counts(passed=1 if passed else 0))
        if failed and "listed below" not in block:
            counts.failed += 1
    return counts


def read_unittest(text):
    ran = total(r"^Ran (\d+) tests?", text)
    failed = total(r"(?:failures|errors)=(\d+)", text)
    skipped = total(r"skipped=(\d+)", text)
    return Counts(ran - failed - skipped, failed, skipped)


def read_node(text):
    return Counts(total(r"^(?:# |ℹ )pass (\d+)", text), total(r"^(?:# |ℹ )fail (\d+)", text),
                  total(r"^(?:# |ℹ )skipped (\d+)", text))


def read_vitest(text):
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    line = re.search(r"^\s*Tests\s+(.*)$", plain, re.M)
    return Counts(*(total(rf"(\d+) {word}", line.group(1)) if line else 0
                    for word in ("passed", "failed", "skipped")))


def read_fuzz(text):
    return Counts(passed=len(re.findall(r"^Done \d+ runs", text, re.M)))


def read_exit_code(_text):
    return Counts(passed=1)


def what_failed(text, lines_max=80):
    """The last lines of every ctest test that failed, or of the whole output of other runners."""
    blocks = re.split(r"^(?=\s*Start +\d+: )", text, flags=re.M)
    failed = [block for block in blocks if re.search(r"Test +#\d+: .*\*\*\*", block)]
    return [line for block in failed or [text] for line in block.splitlines()[-lines_max:]]


class Suite:
    def __init__(self, name, what, commands, read=read_exit_code, environment=None):
        self.name, self.what, self.commands = name, what, commands
        self.read, self.environment = read, environment or {}

    def run(self):
        started = time.monotonic()
        print(f"== {self.name}: {self.what}", flush=True)
        log = LOGS / f"{self.name}.log"
        code = 0
        with log.open("w") as out:
            for command in self.commands:
                code = subprocess.run(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT,
                                      stdin=subprocess.DEVNULL,
                                      env={**os.environ, **self.environment}).returncode
                if code != 0:
                    break
        text = log.read_text(errors="replace")
        counts = self.read(text) if code == 0 or self.read is not read_exit_code else Counts()
        if code != 0 and counts.failed == 0:
            counts.failed = 1
        print(f"   {counts}, {time.monotonic() - started:.0f} s", flush=True)
        for line in re.findall(r"^.*\bskipped: .*$", text, re.M):
            print(f"   {line.strip()}")
        if counts.failed:
            print("\n".join("   | " + line for line in what_failed(text)), flush=True)
        return counts


def ctest(preset, *arguments):
    return ["ctest", "--test-dir", f"build/{preset}", "--output-on-failure", "-V", "-j1",
            "--no-tests=error", *arguments]


def build_and_ctest(preset, tests, *more_targets):
    return [["./dev", "build", preset, "--target", *tests, *more_targets],
            ctest(preset, "-R", f"^({'|'.join(tests)})$")]


def fuzz_commands():
    targets = sorted(path.stem for path in (ROOT / "src").rglob("*_fuzz.cc"))
    return [["./dev", "fuzz", target, FUZZ_SECONDS] for target in targets]


def suites():
    python = sys.executable
    asan_build = {"SPANHOUND_BUILD": "build/asan", "SPANHOUND_KILLS": "5",
                  "SPANHOUND_MEMORY_FACTOR": "3", **ASAN}
    return [
        Suite("check", "format, layers, tidy", [["./dev", "check"]]),
        Suite("build", "release build of everything", [["./dev", "build", "release"]]),
        Suite("unit", "all unit tests, release", [ctest("release")], read_ctest),
        Suite("ui", "type check and unit tests of the web UI",
              [["npm", "--prefix", "ui", "run", "check"], ["npm", "--prefix", "ui", "test"]],
              read_vitest),
        Suite("format", "a reader made from docs/format/ alone reads old and new stores",
              [[python, "tests/format/format_test.py"]], read_unittest),
        Suite("doors", "every door with good and bad input, real server",
              [[python, "tests/e2e/doors_test.py"]], read_unittest),
        Suite("jaeger", "Jaeger's doors under load and damage, sampling, real server",
              [[python, "tests/e2e/jaeger_doors_test.py"]], read_unittest),
        Suite("interop", "tracers and log shippers not written by us, real server",
              [[python, "tests/interop/jaeger_test.py", "-v"],
               [python, "tests/interop/otlp_test.py", "-v"],
               [python, "tests/interop/tracers_test.py", "-v"],
               [python, "tests/interop/zipkin_logs_test.py", "-v"],
               [python, "tests/interop/log_clients_test.py", "-v"],
               [python, "tests/interop/beside_jaeger_test.py", "-v"],
               [python, "tests/interop/query_grpc_test.py", "-v"]], read_unittest),
        Suite("collector", "a real OpenTelemetry Collector before a real server",
              [[python, "tests/interop/collector_test.py", "-v"],
               [python, "tests/interop/collector_config_test.py", "-v"]], read_unittest),
        Suite("tenants", "tenants kept apart at every door, real server",
              [[python, "tests/e2e/tenants_test.py"]], read_unittest),
        Suite("access", "TLS, tokens, scopes and tenants at every listener, real server",
              [[python, "tests/e2e/access_test.py"]], read_unittest),
        Suite("otlp", "OTLP 1.11's conformance list, row by row, real server",
              [[python, "tests/e2e/otlp_conformance_test.py"],
               [python, "tests/e2e/shutdown_test.py"],
               [python, "tests/e2e/exporter_test.py"]], read_unittest),
        Suite("limits", "the limits of a request at every door, real server",
              [[python, "tests/e2e/limits_test.py"]], read_unittest),
        Suite("hostile", "slow connections and mutated requests, real server",
              [[python, "tests/e2e/hostile_test.py"]], read_unittest),
        Suite("kit", "the instrumentation kit over every exporter, real server",
              [[python, "tests/e2e/kit_test.py"]], read_unittest),
        Suite("trace-context", "W3C Trace Context Level 2 on every HTTP server of the kit",
              [[python, "tests/e2e/trace_context_test.py"]], read_unittest),
        Suite("kill", "kill -9 under load, nothing acknowledged may be lost",
              [[python, "tests/e2e/kill_test.py"]], read_unittest),
        Suite("disk", "a full disk under load, real server and real file system",
              [[python, "tests/e2e/disk_full_test.py"]], read_unittest),
        Suite("demo", "./dev demo --once", [["./dev", "demo", "--once"]]),
        Suite("browser", "the web UI in Chromium against a real server",
              [[python, "tests/e2e/browser_test.py"]], read_node),
        Suite("bench", "the benchmark, tiny", [[python, "bench/run.py", "--tiny"]]),
        Suite("asan", "unit tests of the server and the kit under ASan and UBSan",
              build_and_ctest("asan", ASAN_TESTS, "spanhound"), read_ctest, ASAN),
        Suite("asan-e2e", "doors, hostile requests and kills under ASan and UBSan",
              [[python, "tests/e2e/doors_test.py"], [python, "tests/e2e/hostile_test.py"],
               [python, "tests/e2e/kill_test.py"]], read_unittest, asan_build),
        Suite("tsan", "base, model, store, query and the kit under ThreadSanitizer",
              build_and_ctest("tsan", TSAN_TESTS), read_ctest, TSAN),
        Suite("fuzz", f"every fuzz target for {FUZZ_SECONDS} s", fuzz_commands(),
              read_fuzz),
    ]


def kube_suite():
    """Against a real API server, which tools/kube_apiserver.sh builds first: minutes, once."""
    return Suite("kube", "the dashboard against a real kube-apiserver and etcd",
                 [["tools/kube_apiserver.sh"], [sys.executable, "tests/e2e/real_kube_test.py"]],
                 read_unittest)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these suites")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--with-kube", action="store_true",
                        help="the suite kube, too: builds a kube-apiserver, see CONTRIBUTING.md")
    arguments = parser.parse_args()
    known = suites() + ([kube_suite()] if arguments.with_kube else [])
    if arguments.list:
        for suite in known:
            print(f"{suite.name:10} {suite.what}")
        return 0
    unknown = set(arguments.names) - {suite.name for suite in known}
    if unknown:
        parser.error(f"no such suite: {', '.join(sorted(unknown))}")
    LOGS.mkdir(parents=True, exist_ok=True)
    sum_of_all, failed = Counts(), []
    for suite in known:
        if arguments.names and suite.name not in arguments.names:
            continue
        counts = suite.run()
        sum_of_all.add(counts)
        if counts.failed:
            failed.append(suite.name)
            if suite.name == "build":
                break
    if failed:
        print(f"failed: {', '.join(failed)} (logs in build/test-logs/)")
    print(sum_of_all)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
