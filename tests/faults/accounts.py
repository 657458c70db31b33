"""What `make fault-test` prints at its end: a line a fault."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """A fault that was tried so often; what was lost and doubled of all that was at stake; the longest recovery."""

    tried: str
    times: int
    lost: int
    doubled: int
    seconds: float | None

    @property
    def line(self) -> str:
        recovered = "" if self.seconds is None else f"; recovered within {self.seconds:.1f} s"
        return (
            f"{self.tried}: {self.times} times, {self.lost} lost, {self.doubled} doubled{recovered}"
        )


ACCOUNTS: list[Account] = []
