#!/usr/bin/env python3
"""The benchmark: measures every row of the goals of issue 3 against build/release/spanhound, and what
the instrumentation kit costs, and writes one result file. Every answer is checked; a wrong one makes the run fail. bench/README.md
says what is measured and how long it takes."""

import argparse
import datetime
import pathlib
import sys
import time

import kit
from goals import median_of, wall_rate
from report import output_of, report_text
from runs import DOORS, Runs
from scale import Scale, tiny

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORKLOADS = ("shop", "jaeger-bench")


def ingest(runs, workload):
    """{(transport, durability): [run, ...]}; sync and none take turns, because the machine's speed
    drifts."""
    several = {("grpc", "sync"): [], ("grpc", "none"): [], ("http", "sync"): []}
    for pair in range(runs.scale.pairs):
        several["grpc", "sync"].append(runs.ingest(workload, "grpc", asks=pair == 0))
        several["grpc", "none"].append(runs.ingest(workload, "grpc", durability="none"))
    several["http", "sync"].append(runs.ingest(workload, "http"))
    return several


def measure(runs):
    results = {"ingest": {}, "half": {}, "fresh": {}, "killed": {}, "extremes": {},
               "doors": {}}
    for workload in WORKLOADS:
        several = results["ingest"][workload] = ingest(runs, workload)
        saturation = median_of(wall_rate, several["grpc", "sync"])
        results["half"][workload] = runs.half_rate(workload, saturation)
        results["fresh"][workload] = runs.fresh_under_load(workload, saturation)
        results["killed"][workload] = runs.killed(workload)
    for workload, path_of in (
            ("many-services", lambda _: "/api/services"),
            ("many-keys", lambda _: "/api/trace-summaries?tag=row.500000:state-1&limit=20"),
            ("huge-trace", lambda trace_id: f"/api/traces/{trace_id}")):
        results["extremes"][workload] = runs.extreme(workload, path_of)
    for what, scheme, port, flag in DOORS:
        results["doors"][what] = runs.door(scheme, port, flag)
    return results


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    standard = Scale()
    parser.add_argument("--spans", type=int, default=standard.spans, help="of an ingest run")
    parser.add_argument("--connections", type=int, default=standard.connections)
    parser.add_argument("--build", default=str(ROOT / "build" / "release"))
    parser.add_argument("--data-parent", default=str(ROOT / "build"),
                        help="where the data directories are made; choose the disk to be measured")
    parser.add_argument("--out", help="the result file; default: in bench/results")
    parser.add_argument("--tiny", action="store_true",
                        help="seconds only, to see that everything works; writes no result file")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    scale = tiny() if arguments.tiny else Scale(spans=arguments.spans)
    scale.connections = arguments.connections
    runs = Runs(arguments.build, arguments.data_parent, scale)
    command = f"./dev bench --spans {scale.spans} --connections {scale.connections}"
    started = time.monotonic()
    instrumentation = kit.measure(arguments.build, arguments.tiny)  # before the machine is busy
    runs.failures += kit.failures(instrumentation)
    text = report_text(measure(runs), runs.failures, scale, arguments.data_parent, command)
    text += "\n" + kit.section(instrumentation)
    print("\n" + text)
    print(f"took {time.monotonic() - started:.0f} s; {len(runs.failures)} failures")
    if not arguments.tiny:
        commit = output_of("git", "rev-parse", "--short", "HEAD")
        default = ROOT / "bench" / "results" / f"{datetime.date.today()}-{commit}.md"
        path = pathlib.Path(arguments.out or default)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        print(f"written to {path}")
    return 1 if runs.failures else 0


if __name__ == "__main__":
    sys.exit(main())
