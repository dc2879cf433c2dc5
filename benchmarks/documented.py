"""What documentation beside arguments costs at a call: nothing, and validation on request."""

from __future__ import annotations

import timeit
from collections.abc import Callable
from typing import Annotated, Any

import numpy as np

from benchmarks.timing import Report, Target, interleaved, median_ratio, timing_rows
from residua.doc import Doc, Ge, Gt, documented, unit

CALLS = 1000
COPIES = 10
PLAIN = "undecorated"
# Two copies of one undecorated function differ by what cannot be told apart here.
AGAIN = "undecorated, again"
DOCUMENTED = "documented"
VALIDATED = "documented(validate=True)"


def written() -> Callable[..., Any]:
    """The same function, made anew each time."""

    def pressure(
        n: Annotated[float, Doc("amount of gas"), unit("mol"), Gt(0)],
        V: Annotated[float, Doc("volume"), unit("m^3"), Gt(0)],
        T: Annotated[float, Doc("temperature"), unit("K"), Ge(0)] = 298.15,
    ) -> Annotated[float, Doc("pressure"), unit("Pa")]:
        """Give the pressure of an ideal gas."""
        return n * 8.314462618 * T / V

    return pressure


def run(quick: bool) -> Report:
    """Undecorated twice, documented, and validated, in turns; and what decorating costs once."""
    rounds = 50 if quick else 200
    parts = [_of_fresh_copies(rounds) for _ in range(COPIES)]
    seconds = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    noise = [abs(median_ratio(part, AGAIN, PLAIN) - 1) for part in parts]
    ratio, floor = median_ratio(seconds, DOCUMENTED, PLAIN), float(np.max(noise))
    once = np.median([timeit.timeit(lambda: documented(written()), number=1) for _ in range(200)])
    return Report(
        "One call of a documented function",
        ("function", "median", "90 %", f"÷ {PLAIN}"),
        timing_rows(seconds, PLAIN),
        [
            Target(
                "documented ÷ undecorated within what undecorated copies differ by",
                f"{ratio - 1:+.1%}, copies up to {floor:.1%}",
                abs(ratio - 1) <= floor,
            )
        ],
        [
            f"{COPIES} copies of each function, {rounds} rounds of {CALLS} calls with each.",
            f"Decorating costs {1e6 * once:.0f} µs, once, when the module is imported.",
        ],
    )


def _of_fresh_copies(rounds: int) -> dict[str, np.ndarray]:
    """Seconds of one call in each round; where in memory a copy lies makes some percent."""
    functions: dict[str, Callable[..., Any]] = {
        PLAIN: written(),
        AGAIN: written(),
        DOCUMENTED: documented(written()),
    }
    calls = {name: _timer(function) for name, function in functions.items()}
    seconds = interleaved(calls, rounds)
    # On its own, since whoever comes after a function that does more finds cold caches.
    seconds |= interleaved({VALIDATED: _timer(documented(validate=True)(written()))}, rounds)
    return {name: times / CALLS for name, times in seconds.items()}


def _timer(function: Callable[..., Any]) -> Callable[[int], object]:
    timer = timeit.Timer("f(1.0, 2.0)", globals={"f": function})
    return lambda _: timer.timeit(CALLS)
