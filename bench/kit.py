#!/usr/bin/env python3
"""What the instrumentation kit costs a service, beside the packaged SDK in the same run: runs
sdk_bench and makes a table of it, with the goals of issue 5."""

import argparse
import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
GOALS_NS = {"span_5_attributes": 900, "sampled_out": 200, "extract_inject": 250}
NAMES = {"span_5_attributes": "span with 5 attributes, recorded and queued",
         "sampled_out": "the same, sampled out",
         "extract_inject": "W3C extract and inject"}
ALLOCATIONS_GOAL = 10
LOG_GOAL_NS = 60
GRPC_GOAL = 0.15


def measure(build, tiny):
    command = [str(pathlib.Path(build) / "sdk" / "bench" / "sdk_bench")] + (["--tiny"] if tiny else [])
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def verdict(met):
    return "met" if met else "**missed**"


def rows_of(figures):
    for key, goal in GOALS_NS.items():
        each = figures[key]
        yield [NAMES[key], f"{each['kit_ns']:.0f} ns, {each['kit_allocations']:.1f} allocations",
               f"{each['packaged_ns']:.0f} ns, {each['packaged_allocations']:.1f} allocations",
               f"≤ {goal} ns", verdict(each["kit_ns"] <= goal)]
    log = figures["log_line"]
    more = log["with_ids_ns"] - log["without_ids_ns"]
    yield ["ids in a log line", f"+{more:.0f} ns", "-", f"≤ +{LOG_GOAL_NS} ns",
           verdict(more <= LOG_GOAL_NS)]
    grpc = figures["grpc_unary"]
    cost = {who: 1 - grpc[f"{who}_per_s"] / grpc["plain_per_s"] for who in ("kit", "packaged")}
    yield ["gRPC unary, both sides traced, empty handler, all cores busy",
           f"{-cost['kit']:+.0%} of {grpc['plain_per_s']:.0f}/s", f"{-cost['packaged']:+.0%}",
           f"≤ {GRPC_GOAL:.0%}", verdict(cost["kit"] <= GRPC_GOAL)]
    idle = 1 - grpc["idle_per_s"] / grpc["plain_per_s"]
    yield ["of that, gRPC's own for interceptors that do nothing", f"{-idle:+.0%}", "", "", ""]
    yield ["CPU of such a call, both sides and the export",
           *(f"{grpc[f'{who}_cpu_us'] - grpc['plain_cpu_us']:+.0f} µs of {grpc['plain_cpu_us']:.0f} µs"
             for who in ("kit", "packaged")), "", ""]


def section(figures):
    header = ["what", "kit", "packaged SDK", "goal", ""]
    lines = ["## Instrumentation kit", "",
             "Medians of rounds that take turns; packaged: opentelemetry-cpp 1.19 with its OTLP "
             "recordable and batch processor; in the gRPC rows, the kit's interceptors over it. Spans of "
             "gRPC calls go by OTLP/HTTP to a backend in the same process.", "",
             "| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(row) + " |" for row in rows_of(figures)]
    return "\n".join(lines) + "\n"


def failures(figures):
    """Of what a busy machine cannot change."""
    found = []
    allocations = figures["span_5_attributes"]["kit_allocations"]
    if allocations > ALLOCATIONS_GOAL:
        found.append(f"a span with 5 attributes takes {allocations} allocations")
    if dropped := figures["grpc_unary"]["kit_spans_dropped"]:
        found.append(f"{dropped} spans of gRPC calls were dropped, not exported")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default=str(ROOT / "build" / "release"))
    parser.add_argument("--tiny", action="store_true")
    arguments = parser.parse_args()
    print(section(measure(arguments.build, arguments.tiny)))


if __name__ == "__main__":
    main()
