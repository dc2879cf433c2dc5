"""A line on stderr that says how training goes, and how long a call of the program should be."""

from __future__ import annotations

import sys
import time
from typing import TextIO

# A training this short needs no line unless one is asked for.
QUIET_SECONDS = 2.0
WIDTH = 24


class ProgressLine:
    """Redraws one line. `shown` None: on a terminal only, and only after QUIET_SECONDS."""

    def __init__(self, total: int, shown: bool | None, stream: TextIO | None = None) -> None:
        self.total = total
        self.stream = sys.stderr if stream is None else stream
        self.quiet = QUIET_SECONDS if shown is None else 0.0
        self.on = shown if shown is not None else bool(self.stream and self.stream.isatty())
        self.begin = time.monotonic()
        self.first: int | None = None
        self.length = 0

    def update(self, step: int, loss: float, norm: float, rate: float) -> None:
        """Show how far it is, and what is left at this speed."""
        elapsed = time.monotonic() - self.begin
        if self.first is None:  # the first call may have compiled
            self.first, self.begin = step, time.monotonic()
            elapsed = 0.0
        if not self.on or elapsed < self.quiet:
            return
        done = step - self.first
        left = elapsed / done * (self.total - step) if done else float("nan")
        full = round(WIDTH * step / self.total)
        text = (
            f"[{'#' * full}{'.' * (WIDTH - full)}] {step:,}/{self.total:,}  loss {loss:.4g}  "
            f"|gradient| {norm:.3g}  rate {rate:.3g}  {_clock(left)} left"
        )
        self._write("\r" + text.ljust(self.length))
        self.length = len(text)

    def close(self) -> None:
        """End the line."""
        if self.length:
            self._write("\n")

    def _write(self, text: str) -> None:
        try:
            self.stream.write(text)
            self.stream.flush()
        except (OSError, ValueError):  # a closed pipe is no reason to lose a training
            self.on = False


class Pace:
    """Chooses how many steps one call takes, so that somebody looks about ten times a second.

    An epoch that takes less than a second is not cut: each call shuffles anew.
    """

    def __init__(self, batches: int, most: int, target: float = 0.1) -> None:
        self.batches, self.most, self.target = batches, most, target
        self.length = min(64, most)

    def measured(self, steps: int, seconds: float) -> None:
        """What the last call took."""
        each = max(seconds, 1e-6) / max(steps, 1)
        target = self.target
        if self.batches * each > target:
            target = min(1.0, self.batches * each)
        self.length = int(min(self.most, 8 * self.length, max(1.0, target / each)))

    def stop(self, step: int, total: int, every: int | None) -> int:
        """Where the next call stops."""
        end = min(step + self.length, total)
        if end - step > self.batches:
            end -= end % self.batches
        if every is not None:
            end = min(end, (step // every + 1) * every)
        return end


def _clock(seconds: float) -> str:
    if seconds != seconds:
        return "?"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
