"""System: rate law, starting conditions, observable and method; as a function of times and values.

Everything here is plain data. The arithmetic is JAX's and is imported when it is first asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from residua._errors import ModelError
from residua.dynamics.callers import Caller


@dataclass(frozen=True)
class System:
    """dy/dt = rates(t, y, parameters), y(t0) from `start`, seen through `observed`.

    start: a number or the name of a parameter for each species. observed: positions of species, or
    a function of time and states. single: one species is observed, as a vector of its own.
    """

    species: tuple[str, ...]
    rates: Caller
    start: tuple[float | str, ...]
    observed: tuple[int, ...] | Caller
    single: bool = False
    t0: float = 0.0
    stiff: bool = False
    rtol: float = 1e-8
    atol: float | None = None
    max_steps: int = 4096

    @property
    def inner(self) -> tuple[str, ...]:
        """Parameters of the solution: those of the rates, then those of the start."""
        names = [*self.rates.parameters, *(s for s in self.start if isinstance(s, str))]
        return tuple(dict.fromkeys(names))

    @property
    def outer(self) -> tuple[str, ...]:
        """Parameters of the observable alone."""
        known = () if isinstance(self.observed, tuple) else self.observed.parameters
        return tuple(name for name in known if name not in self.inner)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Every parameter: of the rates, of the observable, of the start."""
        rates = self.rates.parameters
        return (*rates, *self.outer, *self.inner[len(rates) :])

    def slopes(self, t: Any, y: Any, values: Any) -> Any:
        """dy/dt in the order of the species: what the rate law returned, a dict put in order."""
        found = self.rates(t, y, values)
        if not isinstance(found, dict):
            return found
        if set(found) != set(self.species):
            raise ModelError(
                f"the rates are those of {', '.join(map(str, found))}, "
                f"but the species are {', '.join(self.species)}",
                next="return a rate for each species",
            )
        return [found[name] for name in self.species]
