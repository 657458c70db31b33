"""Workers and what they do by the clock: rows that all of them share, on whatever machine."""

from datetime import UTC, datetime

from django.db import models

# What a row says of work that was never done.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Worker(models.Model):
    """A worker that runs: while it lives, it counts its beats. What it had taken is taken up once it counts no more.

    Others hold the count against their own clocks, so no two clocks need to agree. `seen_at` is for people.
    """

    name = models.CharField(max_length=64, primary_key=True)
    beats = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class ScheduledWork(models.Model):
    """Work that comes round by the clock: when it was last handed to the queue, and what became of it.

    for_state: the state of the data it was handed out for, where it follows the data. failing: what went wrong the
    last time, empty where nothing did. What the system's own clock starts, a backup, has a row too: of when it is.
    """

    name = models.CharField(max_length=40, primary_key=True)
    taken_at = models.DateTimeField(default=NEVER)
    finished_at = models.DateTimeField(null=True)
    for_state = models.CharField(max_length=64, blank=True)
    failing = models.TextField(blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
