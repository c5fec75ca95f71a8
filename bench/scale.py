"""How large a run is: the standard, and the tiny one that only shows that everything works."""

import dataclasses


@dataclasses.dataclass
class Scale:
    spans: int = 10_000_000        # of an ingest run
    extreme_spans: int = 1_000_000  # many services, many keys, one trace
    door_spans: int = 2_000_000    # through each door besides OTLP
    datagram_rate: int = 30_000    # spans a second by UDP, which tells nobody when it is too much
    full_log_spans: int = 1_000_000  # offered to a server that does not flush, until it refuses
    pairs: int = 2                 # of sync and none, taking turns
    half_rate_seconds: float = 30
    connections: int = 4
    repetitions: int = 100         # of a question
    warm_up: int = 10
    cold_repetitions: int = 10
    series_seconds: float = 20     # for one kind of question
    freshness: int = 100
    asked_after_kill: int = 1000
    settle_seconds: float = 300    # at most
    quiet_seconds: float = 5       # of rest until a server counts as idle


def tiny():
    return Scale(spans=20_000, extreme_spans=20_000, door_spans=20_000, full_log_spans=20_000, pairs=1,
                 half_rate_seconds=0.5, repetitions=3, warm_up=0, cold_repetitions=1,
                 series_seconds=2, freshness=5, asked_after_kill=50, settle_seconds=0.5,
                 quiet_seconds=0.5)
