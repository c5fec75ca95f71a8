"""`spanhound serve` under measurement: what it has used so far, whether it rests, and what it used
in its whole life."""

import contextlib
import os
import pathlib
import signal
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from processes import Spanhound, request  # noqa: E402

STOP_SECONDS_MAX = 120
IDLE_INTERVAL_SECONDS = 0.5
IDLE_CPU_SHARE = 0.02
TICKS = os.sysconf("SC_CLK_TCK")


class MeasuredServer(Spanhound):
    def __init__(self, build, data, flags=()):
        started = time.monotonic()
        super().__init__(build, data, flags=flags)
        self.ready_seconds = time.monotonic() - started

    @property
    def pid(self):
        return self.popen.pid

    def cpu_seconds(self):
        text = pathlib.Path(f"/proc/{self.pid}/stat").read_text()
        fields = text[text.rindex(")") + 1:].split()  # from the third field of proc(5) on
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory_bytes(self, field="VmRSS"):
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024
        raise RuntimeError(f"no {field} of process {self.pid}")

    def wants_cpu(self):
        """Whether any thread runs, or would if others did not: on a busy machine a background
        thread of low priority may get nothing for seconds."""
        for stat in pathlib.Path(f"/proc/{self.pid}/task").glob("*/stat"):
            with contextlib.suppress(OSError):  # threads end
                text = stat.read_text()
                if text[text.rindex(")") + 2] in "RD":
                    return True
        return False

    def wait_idle(self, seconds_max, quiet_seconds):
        """Until it has used next to nothing for `quiet_seconds`; false if that never came."""
        deadline = time.monotonic() + seconds_max
        before, quiet = self.cpu_seconds(), 0.0
        while quiet < quiet_seconds:
            if time.monotonic() > deadline:
                return False
            time.sleep(IDLE_INTERVAL_SECONDS)
            now = self.cpu_seconds()
            is_quiet = (now - before < IDLE_CPU_SHARE * IDLE_INTERVAL_SECONDS
                        and not self.wants_cpu())
            quiet = quiet + IDLE_INTERVAL_SECONDS if is_quiet else 0.0
            before = now
        return True

    def series(self):
        """{name and labels: value}"""
        lines = request("GET", self.url("admin", "/metrics")).body.decode().splitlines()
        pairs = (line.rsplit(" ", 1) for line in lines if line and line[0] != "#")
        return {name: float(value) for name, value in pairs}

    def metrics(self):
        """{name: value} of those without labels."""
        return {name: value for name, value in self.series().items() if "{" not in name}

    def stop_measured(self):
        """Stops it cleanly. Returns the CPU seconds and the peak memory of its whole life."""
        self.popen.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS_MAX
        while True:
            pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"the server did not stop within {STOP_SECONDS_MAX} s")
            time.sleep(0.01)
        self.popen.returncode = os.waitstatus_to_exitcode(status)
        if self.popen.returncode != 0:
            raise RuntimeError(f"the server ended with {self.popen.returncode}:\n"
                               + "\n".join(self.lines[-20:]))
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def disk_bytes(directory):
    """Of all files, in blocks, as du counts."""
    files = [path for path in pathlib.Path(directory).rglob("*") if path.is_file()]
    return sum(path.stat().st_blocks * 512 for path in files)


def busy_seconds():
    """CPU seconds the whole machine has spent on anything but waiting."""
    fields = pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, fields[:8])
    return (user + nice + system + irq + softirq + steal) / TICKS
