"""Figures for Prometheus, where METRICS_TOKEN is set: requests by kind, the queue, the ledger, the disk."""

import os
from collections.abc import Iterator

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric

from operations.conditions import READY, gauges

OWN = CollectorRegistry()
REQUESTS = Counter(
    "tracker_requests", "Requests answered", ["method", "kind", "status"], registry=OWN
)
SECONDS = Histogram(
    "tracker_request_seconds",
    "Time from a request to its answer",
    ["kind"],
    buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30),
    registry=OWN,
)
METHODS = {"GET", "HEAD", "POST", "OPTIONS"}


def count_request(method: str, kind: str, status: int, seconds: float) -> None:
    """Counts a request that was answered."""
    if settings.METRICS_TOKEN:
        REQUESTS.labels(method if method in METHODS else "other", kind, str(status)).inc()
        SECONDS.labels(kind).observe(seconds)


def text() -> bytes:
    """What Prometheus reads: the requests of all processes of this machine, and the state as it is now."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
        registry.register(_State())
        return generate_latest(registry)
    return generate_latest(OWN) + generate_latest(_state_alone())


def _state_alone() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_State())
    return registry


class _State:
    """The state of the tracker at the moment it is asked for."""

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        good = GaugeMetricFamily(
            "tracker_good", "1 where a condition is good", labels=["condition"]
        )
        for check in READY:
            found = check()
            good.add_metric([found.name], float(found.good))
        yield good
        for name, (value, words) in gauges().items():
            yield GaugeMetricFamily(f"tracker_{name}", words, value=value)
