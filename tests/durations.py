"""How long each test took when it last ran, by which `make quick` takes as many tests as fit into its time."""

import json
from pathlib import Path
from typing import Any

KEPT = Path(__file__).resolve().parent.parent / "build" / "test-durations.json"


class Durations:
    """Notes how long each test takes, and with `--seconds` leaves out the slowest of those that were noted.

    A test that never ran here is tried. The seconds are those of all processes together.
    """

    def __init__(self, config: Any) -> None:
        self.most: float | None = config.getoption("--seconds")
        # what the run knows of is what it chooses by, and its processes choose alike
        self.before: dict[str, float] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
        self.found: dict[str, float] = {}
        self.is_one_of_several = hasattr(config, "workerinput")

    def pytest_collection_modifyitems(self, config: Any, items: list[Any]) -> None:
        if self.most is None:
            return
        left, kept = self.most, set()
        for item in sorted(items, key=lambda item: self.before.get(item.nodeid, 0)):
            left -= self.before.get(item.nodeid, 0)
            if left < 0:
                break
            kept.add(item)
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = [item for item in items if item in kept]

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.found[report.nodeid] = self.found.get(report.nodeid, 0) + report.duration

    def pytest_sessionfinish(self) -> None:
        if self.is_one_of_several or not self.found:
            return
        KEPT.parent.mkdir(exist_ok=True)
        noted = {name: round(seconds, 3) for name, seconds in self.found.items()}
        KEPT.write_text(json.dumps(self.before | noted, indent=0, sort_keys=True))
