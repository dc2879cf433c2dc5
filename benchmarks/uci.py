"""Calibrated regression on the UCI sets: errors, densities, coverage and time beside peers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.timing import Report, Target, duration
from benchmarks.uci_data import CHECKOUT, SHAPES, missing
from benchmarks.uci_peers import GP_ROWS, PEERS, TITLES, available

# The most each set may show: root mean square error, mean negative log density.
AIMS = {
    "yacht": {"rmse": 0.35, "nll": -0.35},
    "energy": {"rmse": 0.48, "nll": 0.65},
    "concrete": {"rmse": 4.7, "nll": 2.85},
    "boston": {"rmse": 3.0, "nll": 2.38},
    "power": {"nll": 2.80},
}
COVERAGE = 0.93, 0.97
WORDS = {"rmse": "RMSE", "nll": "negative log density"}
THREADS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
HEADER = ("set, regressor", "splits", "RMSE", "−log p", "95 % covers", "first call", "then", "CPU")
NOTES = (
    "Standard splits (seed 1), 90 % to learn from; means over splits, in the units of the data.",
    "RMSE ± its standard error over splits. '–': the regressor gives no distribution.",
    "first call: wall time of the first fit of a process, importing the library included.",
    "then: median wall time of later fits. CPU: the same in processor time of all threads, which",
    "other work on the machine does not stretch; targets of time against `gp` are of that.",
    f"Gaussian processes learn from {GP_ROWS} random rows of power, not from all 8611.",
    "PyTorch: five nets of mean and variance, batches of 100, 40 epochs (Lakshminarayanan et al.",
    "2017) or 400. Adam at 0.01: at their 0.1 errors here are up to three times those they report.",
)


def run(
    quick: bool, sets: str = "", splits: str = "0-9", peers: str = "", cache: str = ""
) -> Report:
    """Score every regressor on every set, each in its own process; scores are kept in cache."""
    chosen = _named(sets, SHAPES, quick, ["yacht"])
    who = _named(peers, PEERS, quick, ["residua", "trees", "mlp-scaled"])
    numbers = _range("0-1" if quick else splits)
    title = f"UCI regression, standard splits {numbers.start}-{numbers.stop - 1}"
    if line := missing(chosen):
        return Report(title, HEADER, [], notes=[line])
    file = Path(cache or "/tmp/residua_uci.jsonl")
    rows, targets = [], []
    for name in chosen:
        scores = {peer: _scores(peer, name, numbers, file) for peer in who}
        rows += [_row(name, peer, found) for peer, found in scores.items()]
        targets += _targets(name, scores)
    return Report(title, HEADER, rows, targets, list(NOTES))


def _scores(peer: str, name: str, numbers: range, cache: Path) -> list[dict[str, Any]] | str:
    """A score per split, from the file or measured now; or why there is none."""
    if not available(peer):
        return "not installed"
    command = [sys.executable, "-m", "benchmarks.uci_run", peer, name]
    command += [str(numbers.start), str(numbers.stop), str(cache)]
    done = subprocess.run(
        command, env=os.environ | THREADS, cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no word"]
        return f"failed: {lines[-1][:80]}"
    return [json.loads(line) for line in done.stdout.splitlines()]


def _row(name: str, peer: str, scores: list[dict[str, Any]] | str) -> Sequence[str]:
    label = f"{name}: {TITLES[peer]}"
    if isinstance(scores, str):
        return (f"{label} ({scores})", *["–"] * (len(HEADER) - 1))
    errors = np.array([row["rmse"] for row in scores])
    spread = errors.std(ddof=1) / np.sqrt(len(errors)) if len(errors) > 1 else np.nan
    first = [row["first"] for row in scores if "first" in row]
    return (
        label,
        str(len(scores)),
        f"{errors.mean():.3f} ± {spread:.3f}",
        _shown(scores, "nll", "{:.3f}"),
        _shown(scores, "coverage", "{:.3f}"),
        duration(float(np.median(first))) if first else "–",
        duration(_median(scores, "wall")),
        duration(_median(scores, "cpu")),
    )


def _targets(name: str, scores: dict[str, list[dict[str, Any]] | str]) -> list[Target]:
    """What issue and notes ask of residua on this set; nothing where it was not measured."""
    ours, gp = scores.get("residua"), scores.get("gp")
    if not isinstance(ours, list):
        return [] if ours is None else [Target(f"{name}: measured", ours, False)]
    found = []
    for key, most in AIMS[name].items():
        value = _mean(ours, key)
        found.append(Target(f"{name}: {WORDS[key]} ≤ {most}", f"{value:.3f}", value <= most))
    inside = _mean(ours, "coverage")
    aim = f"{name}: 95 % interval covers {COVERAGE[0]}-{COVERAGE[1]}"
    found.append(Target(aim, f"{inside:.3f}", COVERAGE[0] <= inside <= COVERAGE[1]))
    wall = _median(ours, "wall")
    ratios = [row["first"] / wall for row in ours if "first" in row]
    found.append(_ratio(f"{name}: first call ≤ 3 × a later one", float(np.median(ratios)), 3))
    if isinstance(gp, list):
        ratio = _median(ours, "cpu") / _median(gp, "cpu")
        found.append(_ratio(f"{name}: a fit ≤ 5 × the Gaussian process", ratio, 5))
    return found


def _ratio(aim: str, ratio: float, most: float) -> Target:
    return Target(aim, f"{ratio:.2f} ×", ratio <= most)


def _mean(scores: list[dict[str, Any]], key: str) -> float:
    return float(np.mean([row[key] for row in scores]))


def _median(scores: list[dict[str, Any]], key: str) -> float:
    return float(np.median([row[key] for row in scores]))


def _shown(scores: list[dict[str, Any]], key: str, form: str) -> str:
    return "–" if scores[0][key] is None else form.format(_mean(scores, key))


def _named(text: str, known: Any, quick: bool, few: list[str]) -> list[str]:
    """The names asked for, in order; all of them, or a few when quick, if none were."""
    names = [name for name in text.split(",") if name] or (few if quick else list(known))
    if unknown := [name for name in names if name not in known]:
        raise SystemExit(f"no {', '.join(unknown)}; there are {', '.join(known)}")
    return names


def _range(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)
