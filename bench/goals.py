"""The table of issue 3: what must be reached, what is aimed at, what was measured."""

import statistics

MIB = 2**20
NEWEST = ("service", "service + operation", "service + minimum duration", "service + error",
          "minimum duration", "error")
RARE = ("service + rare attribute value", "rare attribute value")
ABSENT = ("service + absent value", "absent value", "service + absent key")


class Goal:
    """One figure of one run. `value` None: not measured, or there is none."""

    def __init__(self, measure, value, must, aim, unit, higher_is_better=False):
        self.measure, self.value = measure, value
        self.must, self.aim, self.unit = must, aim, unit
        self.higher_is_better = higher_is_better

    def reaches(self, bound):
        return self.value >= bound if self.higher_is_better else self.value <= bound

    def cell(self):
        if self.value is None:
            return "n. a."
        if self.reaches(self.aim):
            return f"{number(self.value)} ✓✓"
        return f"{number(self.value)} ✓" if self.reaches(self.must) else f"**{number(self.value)} ✗**"

    def bounds(self):
        return [f"{number(bound)} {self.unit}".strip() for bound in (self.must, self.aim)]


def number(value):
    if value >= 1000:
        return f"{value:,.0f}"
    if value >= 100 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spans_per_cpu_second(result):
    return result["acked_spans"] / max(result["cpu_all"], 0.01)


def wall_rate(result):
    return result["acked_spans"] / max(result["wall_seconds"], 1e-3)


def median_of(figure, results):
    return statistics.median(map(figure, results))


def timing(timings, name, path=None):
    for entry in timings:
        if entry["name"] == name and path in (None, entry["path"]) and not entry["skipped"]:
            return entry
    return None


def slowest_p50(result, name):
    """Of every API that answers such questions, with and without a live head."""
    found = [entry["p50_ms"] for state in ("live", "warm") for entry in result[state]
             if entry["name"] == name and not entry["skipped"]]
    return max(found, default=None)


def ingest_goals(workload, runs):
    sync, none, http = runs["grpc", "sync"], runs["grpc", "none"], runs["http", "sync"]
    bytes_must, bytes_aim = {"jaeger-bench": (44, 40), "shop": (30, 25)}[workload]
    ratio = median_of(spans_per_cpu_second, sync) / median_of(spans_per_cpu_second, none)
    per_cpu = "spans per server CPU s, everything included, "
    return [
        Goal(per_cpu + "gRPC", median_of(spans_per_cpu_second, sync), 200_000, 500_000, "", True),
        Goal(per_cpu + "HTTP", median_of(spans_per_cpu_second, http), 200_000, 500_000, "", True),
        Goal("the same, sync in % of none", 100 * ratio, 80, 95, "%", True),
        # Not a number to compare the workloads by: each has bounds of its own.
        Goal(f"bytes/span on disk, all files, {workload}",
             median_of(lambda r: r["disk"] / r["acked_spans"], sync + http), bytes_must,
             bytes_aim, "B"),
        Goal("peak RSS at full speed", max(r["rss_peak"] for r in sync + http) / MIB, 512, 256,
             "MiB"),
        Goal("RSS after restart, idle", max(r["rss_idle"] for r in sync + http) / MIB, 150, 64,
             "MiB"),
        Goal("ready after a clean stop", max(r["ready_after_stop"] for r in sync + http), 0.5, 0.1,
             "s"),
    ]


def query_goals(asked):
    def p50(measure, name, must, aim):
        return Goal(f"{measure}, p50", slowest_p50(asked, name), must, aim, "ms")
    return [
        p50("trace by id", "trace by id", 2, 0.7),
        p50("trace by id, miss", "trace by id, miss", 1, 0.2),
        *[p50(f"newest 20 by {name}", name, 10, 3) for name in NEWEST],
        *[p50(f"newest 20 by {name}", name, 20, 5) for name in RARE],
        *[p50(f"newest 20 by {name}", name, 10, 1) for name in ABSENT],
        p50("count by service over all spans", "count by service", 150, 50),
    ]


def latency_goals(half, killed, fresh):
    return [
        Goal("ack p99 at half of saturation", half["ack_p99_ms"], 50, 10, "ms"),
        Goal("ready after kill -9 with a full log", killed["ready"], 5, 2, "s"),
        Goal("acknowledged until visible by id, under load, max", fresh["by_id"]["max_ms"], 1000,
             100, "ms"),
        Goal("acknowledged until visible by search, under load, max",
             fresh["by_search"]["max_ms"], 1000, 100, "ms"),
    ]


def workload_goals(results, workload):
    runs = results["ingest"][workload]
    return [*ingest_goals(workload, runs),
            *latency_goals(results["half"][workload], results["killed"][workload],
                           results["fresh"][workload]),
            *query_goals(runs["grpc", "sync"][0])]


def goal_rows(results):
    """(measure, shop, jaeger-bench, must, aim)"""
    rows = []
    for shop, bench in zip(workload_goals(results, "shop"),
                           workload_goals(results, "jaeger-bench")):
        if shop.measure == bench.measure:
            rows.append([shop.measure, shop.cell(), bench.cell(), *shop.bounds()])
        else:
            rows.append([shop.measure, shop.cell(), "", *shop.bounds()])
            rows.append([bench.measure, "", bench.cell(), *bench.bounds()])
    return rows


def extreme_rows(results):
    goals = [Goal(f"peak RSS, {name}: ingest and one question", result["rss_peak_asked"] / MIB,
                  512, 256, "MiB") for name, result in results["extremes"].items()]
    return [[goal.measure, goal.cell(), *goal.bounds()] for goal in goals]
