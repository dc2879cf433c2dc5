"""Paired timings, and the plain tables that benchmarks print."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version

import numpy as np

VERSIONS = ("residua", "numpy", "scipy", "lmfit", "optimistix", "diffrax", "jax", "autograd")
VERSIONS += ("scikit-learn", "torch")


@dataclass(frozen=True)
class Target:
    """What the project set out to reach, what was measured, and whether that is enough."""

    aim: str
    measured: str
    met: bool


@dataclass
class Report:
    """One benchmark's outcome, ready to print."""

    title: str
    header: Sequence[str]
    rows: list[Sequence[str]]
    targets: list[Target] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def interleaved(
    functions: Mapping[str, Callable[[int], object]], rounds: int, turn: int = 1
) -> dict[str, np.ndarray]:
    """Seconds of each function in each round, all of them in every round, in rotating order.

    Neighbours in time share whatever else the machine is doing, so only ratios within a round are
    compared; rotation keeps any of them from always running in the other's warm cache. `turn` is
    how many rounds each runs before the next takes over.
    """
    names = list(functions)
    seconds = {name: np.empty(rounds) for name in names}
    for k, first in enumerate(range(0, rounds, turn)):
        for name in names[k % len(names) :] + names[: k % len(names)]:
            for i in range(first, min(first + turn, rounds)):
                begin = time.perf_counter()
                functions[name](i)
                seconds[name][i] = time.perf_counter() - begin
    return seconds


def median_ratio(seconds: Mapping[str, np.ndarray], name: str, reference: str) -> float:
    """Median over rounds of the time of `name` divided by that of `reference`."""
    return float(np.median(seconds[name] / seconds[reference]))


def duration(seconds: float) -> str:
    """Seconds in the unit that keeps three digits readable."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def timing_rows(seconds: Mapping[str, np.ndarray], reference: str) -> list[Sequence[str]]:
    """Rows of name, median, 90th percentile, and median ratio to the reference."""
    return [
        (
            name,
            duration(float(np.median(times))),
            duration(float(np.quantile(times, 0.9))),
            f"{median_ratio(seconds, name, reference):.2f}",
        )
        for name, times in seconds.items()
    ]


def render(report: Report, markdown: bool) -> str:
    """The report as text, or as Markdown."""
    parts = [f"## {report.title}" if markdown else f"{report.title}\n{'=' * len(report.title)}"]
    parts.append(_markdown(report) if markdown else _aligned(report))
    if report.targets:
        bullet = "- " if markdown else "  "
        parts.append(
            "\n".join(
                f"{bullet}{'met    ' if t.met else 'NOT MET'}  {t.aim}: {t.measured}"
                for t in report.targets
            )
        )
    if report.notes:
        parts.append("\n".join(report.notes))
    return "\n\n".join(parts) + "\n"


def environment() -> str:
    """Versions of everything that took part, and the machine."""
    python = f"Python {platform.python_version()}, {platform.machine()}, 1 thread"
    return f"{versions(*VERSIONS)}; {python}"


def versions(*names: str) -> str:
    """Packages and their versions, with commas."""
    found = []
    for name in names:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} (not installed as a package)")
    return ", ".join(found)


def _markdown(report: Report) -> str:
    lines = [report.header, ["---"] * len(report.header), *report.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _aligned(report: Report) -> str:
    lines = [report.header, *report.rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(report.header))]
    text = [
        "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])])
        for line in lines
    ]
    return "\n".join([text[0], "-" * len(text[0]), *text[1:]])
