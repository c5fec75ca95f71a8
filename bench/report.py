"""The result file: the table of the issue first, then everything it was taken from."""

import datetime
import os
import pathlib
import platform
import subprocess

from goals import (MIB, extreme_rows, goal_rows, median_of, number, spans_per_cpu_second,
                   timing, wall_rate)

ROOT = pathlib.Path(__file__).resolve().parent.parent

PEERS = """\
Measured earlier on the same kind of machine, 2 M spans a run, data of one minute, generator on the
same cores, **none of them durable before the acknowledgement** (a crash loses what was
acknowledged):

| | spans per CPU s, shop / jaeger-bench | bytes/span | peak RSS, MiB | trace by id, ms | newest 20 by service | attribute equality | until visible |
|---|---|---|---|---|---|---|---|
| VictoriaTraces 895a56b | 53,400 / 25,500 | 84 / 175 | 421 / 517 | 7.0 / 24 | 437 / 145 | 8.1 / 161 | 18-30 s |
| Tempo 3.0.3 | 19,400 / 14,100 | 114 / 130 | 4,190 / 4,629 | 35 / 41 | 1,165 / 790 | 81 / 234 | 31 s |
| ClickHouse 26.7, embedded, no OTLP, no HTTP | 44,700 / 41,200 | 70 / 134 | 2,447 / 1,557 | 38 / 45 | 59 / 50 | 8.1 / 302 | - |

Their questions were 30 repetitions, p50 here; VictoriaTraces' through its Jaeger API (whole traces,
as ours), Tempo's through its search (summaries), ClickHouse's in process. They were asked right
after 2 M spans, ours after the number above.
"""

LIMITS = """\
- The generator shares the two cores with the server; wall rates and latencies include it, CPU
  figures do not. Other programs ran too where "cores taken by others" is not near 0.
- "Cold" means: the files of the store are not in the page cache of this machine. What the server
  keeps in memory stays, and the host of a virtual machine may have the blocks cached.
- All traces start within one minute and come in no order, so every block covers that whole minute:
  the worst case for questions about the newest.
- Two workloads, one machine, one tenant. Nothing about more cores, slower disks, or weeks of data.
"""


def output_of(*command):
    done = subprocess.run(command, text=True, capture_output=True, cwd=ROOT, check=False)
    return done.stdout.strip()


def cpu_model():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def memory_gib():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows] + [""]


def heading(scale, data_parent, command):
    commit = output_of("git", "rev-parse", "--short", "HEAD")
    filesystem = output_of("stat", "-f", "-c", "%T", str(data_parent))
    return [
        f"# Benchmark of {datetime.date.today()}, {commit}", "",
        f"{cpu_model()}, {os.cpu_count()} cores, {memory_gib():.0f} GiB; Linux "
        f"{platform.release()}; data on {filesystem}. {scale.spans:,} spans a run, 512 a request, "
        f"{scale.connections} connections, closed loop, generator on the same machine. Durability "
        "sync unless said otherwise: on disk before it is acknowledged.", "",
        f"Made by `{command}`; what the figures mean is in `bench/README.md`.", ""]


def goal_section(results):
    return ["## The goals", "",
            "✓✓ the aim is reached, ✓ what must be, ✗ neither. Ingest: medians of the runs, memory and "
            "starts the worst. Questions: the slowest of both states (right after the load with a "
            "live head, and after a restart) and of both APIs that answer them.", "",
            *table(["measure", "shop", "jaeger-bench", "must", "aim"], goal_rows(results)),
            *table(["a million of something", "", "must", "aim"], extreme_rows(results))]


def ingest_rows():
    """(name, cell of one run)."""
    def per_span(key):
        return lambda r: f"{r[key] / max(r['acked_spans'], 1):.1f}"

    def per_cpu(key):
        return lambda r: number(r["acked_spans"] / max(r[key], 0.01))

    def mib(key):
        return lambda r: f"{r[key] / MIB:.0f}"

    def metric(name):
        return lambda r: f"{r['metrics'][name]:,.0f}" if name in r["metrics"] else "n. a."
    return [
        ("acknowledged spans", lambda r: f"{r['acked_spans']:,}"),
        ("spans per server CPU s, until the last ack", per_cpu("server_cpu_seconds")),
        ("the same, until at rest", per_cpu("cpu_idle")),
        ("**everything: clean stop, start, rest**", lambda r: number(spans_per_cpu_second(r))),
        ("wall spans/s at saturation", lambda r: number(wall_rate(r))),
        ("ack p50 / p99 / max, ms", lambda r: " / ".join(
            f"{r[f'ack_{p}_ms']:.1f}" for p in ("p50", "p99", "max"))),
        ("requests sent again", lambda r: f"{r['retries']:,}"),
        ("wire bytes/span", per_span("wire_bytes")),
        ("disk bytes/span, running, at rest", per_span("disk_running")),
        ("after a clean stop", per_span("disk_stopped")),
        ("**after start and rest**", per_span("disk")),
        ("peak RSS, MiB", mib("rss_peak")),
        ("RSS after restart, idle, MiB", mib("rss_idle")),
        ("ready after a clean stop, s", lambda r: f"{r['ready_after_stop']:.2f}"),
        ("fdatasync calls on the log", metric("spanhound_store_wal_syncs_total")),
        ("flushes", metric("spanhound_store_flushes_total")),
        ("merges", metric("spanhound_store_merges_total")),
        ("generator CPU s", lambda r: f"{r['client_cpu_seconds']:.1f}"),
        ("cores taken by others", lambda r: f"{max(r['others_cores'], 0):.2f}"),
        ("load average before", lambda r: f"{r['load_average']:.1f}"),
    ]


def ingest_section(results):
    lines = ["## Ingest", ""]
    for workload, runs in results["ingest"].items():
        columns = [(f"{transport}, {durability}", run) for (transport, durability), several
                   in runs.items() for run in several]
        rows = [[name] + [cell(run) for _, run in columns] for name, cell in ingest_rows()]
        lines += table([workload] + [name for name, _ in columns], rows)
        wall, cpu = (100 * median_of(rate, runs["grpc", "sync"])
                     / median_of(rate, runs["grpc", "none"])
                     for rate in (wall_rate, spans_per_cpu_second))
        lines += [f"Sync in % of none, medians of runs that took turns: {cpu:.0f} % by CPU, "
                  f"{wall:.0f} % by wall rate.", ""]
    return lines


def question_section(results, scale):
    lines = ["## Questions", "",
             f"p50 / p99 in ms of {scale.repetitions} different questions each after "
             f"{scale.warm_up} others (cold: {scale.cold_repetitions}); fewer, in brackets, where "
             f"a kind took longer than {scale.series_seconds:.0f} s. One keep-alive connection, one "
             "question at a time, whole HTTP exchange, range = all data, limit 20. Every answer "
             "is compared with what the spans sent make it: the exact traces in their order, every "
             "span of a trace, every count. CPU ms: of the server, a question, mean, warm; less "
             "disturbed by a busy machine than the times.", ""]
    for workload, runs in results["ingest"].items():
        run = runs["grpc", "sync"][0]
        rows = []
        for entry in run["live"]:
            cells = [timing_cell(timing(run[state], entry["name"], entry["path"]), scale, state)
                     for state in ("live", "warm", "cold")]
            warm = timing(run["warm"], entry["name"], entry["path"])
            rows.append([entry["name"], f"`{entry['path']}`", *cells,
                         "n. a." if warm is None else f"{warm['server_cpu_ms_mean']:.2f}",
                         f"{entry['reply_bytes_mean']:,.0f}"])
        lines += table([workload, "asked at", "after the load", "after a restart, warm", "cold",
                        "CPU ms", "bytes"], rows)
        lines += [f"Peak RSS with the questions after the load: "
                  f"{run['rss_peak_asked'] / MIB:.0f} MiB.", ""]
    return lines


def timing_cell(entry, scale, state):
    if entry is None:
        return "n. a."
    wanted = scale.cold_repetitions if state == "cold" else scale.repetitions
    few = f" ({entry['count']})" if entry["count"] < wanted else ""
    wrong = f" **{entry['wrong']} wrong**" if entry["wrong"] else ""
    return f"{entry['p50_ms']:.2f} / {entry['p99_ms']:.2f}{few}{wrong}"


def latency_section(results):
    def delay(fresh, kind):
        return " / ".join(f"{fresh[kind][f'{p}_ms']:.1f}" for p in ("p50", "p99", "max"))
    rows = []
    for workload, half in results["half"].items():
        idle = results["ingest"][workload]["grpc", "sync"][0]["fresh"]
        loaded = results["fresh"][workload]
        rows.append([workload, f"{half['rate']:,.0f}",
                     f"{half['ack_p50_ms']:.1f} / {half['ack_p99_ms']:.1f} / "
                     f"{half['ack_max_ms']:.1f}",
                     delay(idle, "by_id"), delay(idle, "by_search"),
                     delay(loaded, "by_id"), delay(loaded, "by_search")])
    return ["## Latency at half of saturation, and until visible", "",
            "p50 / p99 / max in ms. Acks: requests leave on schedule, late ones count from when they "
            "were due. Visible: from the ack until the answer that holds the trace, the question "
            "itself included.", "",
            *table(["", "spans/s", "ack", "by id, idle", "by search, idle", "by id, under load",
                    "by search, under load"], rows)]


def kill_section(results):
    rows = [[workload, f"{r['log_bytes'] / MIB:.0f}", f"{r['acked_spans']:,}", f"{r['ready']:.2f}",
             f"{r['rss_peak'] / MIB:.0f}", f"{r['traces']:,}", f"{r['asked']:,}", str(r["lost"])]
            for workload, r in results["killed"].items()]
    return ["## kill -9 with a full log", "",
            "The server does not flush here, so that all it has acknowledged is in the log.", "",
            *table(["", "log, MiB", "spans in it", "ready, s", "peak RSS after, MiB",
                    "traces acknowledged", "asked for", "lost"], rows)]


def extreme_section(results):
    rows = [[name, f"{r['acked_spans']:,}", f"{r['rss_peak'] / MIB:.0f}",
             f"{r['answer']['status']}, {r['answer']['bytes']:,} B, {r['answer']['seconds']:.2f} s",
             f"{r['rss_peak_asked'] / MIB:.0f}", f"{r['rss_idle'] / MIB:.0f}",
             f"{r['disk'] / max(r['acked_spans'], 1):.1f}",
             number(r["acked_spans"] / max(r["server_cpu_seconds"], 0.01))]
            for name, r in results["extremes"].items()]
    return ["## A million of something", "",
            "many-services: each span of a service of its own, then `/api/services`. many-keys: ten "
            "keys a span, a million in all, then a search for one. huge-trace: one trace, then that "
            "trace by id; 429 is the answer when it does not fit into the memory of a query.", "",
            *table(["", "spans", "peak RSS of ingest, MiB", "the answer", "peak RSS then, MiB",
                    "RSS after restart, MiB", "bytes/span", "spans per CPU s until the last ack"],
                   rows)]


def door_section(results):
    rows = [[what, f"{r['acked_spans']:,}",
             number(r["acked_spans"] / max(r["server_cpu_seconds"], 0.01)),
             number(r["acked_spans"] / max(r["cpu_idle"], 0.01)), number(wall_rate(r)),
             f"{r['retries']:,}"] for what, r in results["doors"].items()]
    return ["## Other doors", "",
            "The shop's spans, sent by encoders of each format. At least 60,000 a CPU second is asked.",
            "", *table(["door", "spans", "per server CPU s, until the last ack",
                        "the same, until at rest", "wall spans/s", "requests sent again"], rows)]


def report_text(results, failures, scale, data_parent, command):
    lines = [*heading(scale, data_parent, command), *goal_section(results),
             *ingest_section(results), *question_section(results, scale),
             *latency_section(results), *kill_section(results), *extreme_section(results), *door_section(results),
             "## For comparison", "", PEERS, "## Limits of these figures", "", LIMITS]
    if failures:
        lines += ["## Failures", "", *[f"- {failure}" for failure in failures], ""]
    return "\n".join(lines)
