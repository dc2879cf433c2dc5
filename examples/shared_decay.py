"""One rate constant from four runs
===================================

One rate constant from four runs: amplitudes and backgrounds differ, the rate does not.

Each run alone leaves the rate less well known; fitted together they share it, and the weak runs
gain most.

    python examples/shared_decay.py [FOLDER FOR THE PICTURE]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import residua as rs

RATE = 0.8
RUNS = {"Monday": (2.0, 0.1), "Tuesday": (0.7, 0.3), "Thursday": (1.4, -0.1), "Friday": (0.4, 0.2)}


def decay(t, amplitude, rate, background):
    """amplitude e^(-rate t) + background."""
    return amplitude * np.exp(-rate * t) + background


def data() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Times (s) and signals of four runs, drawn with noise 0.05."""
    rng = np.random.default_rng(1)
    runs = {}
    for name, (amplitude, background) in RUNS.items():
        t = np.sort(rng.uniform(0.0, 5.0, 25))
        runs[name] = (t, decay(t, amplitude, RATE, background) + 0.05 * rng.standard_normal(t.size))
    return runs


def main(folder: Path) -> None:
    """Each run alone, then all of them with one rate."""
    runs = data()
    for name, (t, signal) in runs.items():
        alone = rs.fit(decay, t, signal)
        print(f"{name:9} alone: rate {alone.params['rate']:.3f} ± {alone.stderr['rate']:.3f} /s")
    fit = rs.fit(decay, runs, shared=["rate"])
    print(f"{'together':16} rate {fit.params['rate']:.3f} ± {fit.stderr['rate']:.3f} /s")
    print(f"{'truth':16} rate {RATE} /s\n")
    print(fit)
    friday = fit.parts["Friday"]
    life = friday.derive(lambda rate: np.log(2) / rate)
    print(f"\nhalf-life {life} s; Friday at 1 s: {friday.predict([1.0])}")
    path = folder / "shared_decay.png"
    fit.plot(path)
    print(f"picture: {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
