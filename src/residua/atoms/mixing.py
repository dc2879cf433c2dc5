"""How the parameters of a pair of different elements follow from those of each of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import jax.numpy as jnp

from residua._errors import ModelError


def _geometric(a: Any, b: Any) -> Any:
    if isinstance(a, float) and isinstance(b, float):
        return math.copysign(math.sqrt(a * b), a) if a * b >= 0 else math.nan
    return jnp.sign(a) * jnp.sqrt(a * b)


def _above_three(a: Any, b: Any) -> Any:
    return 3.0 + _geometric(a - 3.0, b - 3.0)


# Mean(a, b) of one parameter.
MIXING: dict[str, Callable[[Any, Any], Any]] = {
    "arithmetic": lambda a, b: 0.5 * (a + b),
    "geometric": _geometric,
    "harmonic": lambda a, b: 2 * a * b / (a + b),
    "sixth_power": lambda a, b: (0.5 * (a**6 + b**6)) ** (1 / 6),
    "above_three": _above_three,
}
# Means that look at a second parameter: its name, and mean(a, b, second of a, second of b).
COUPLED: dict[str, tuple[str, Callable[[Any, Any, Any, Any], Any]]] = {
    "sixth_power_depth": (
        "sigma",
        lambda a, b, s, t: 2 * _geometric(a, b) * (s * t) ** 3 / (s**6 + t**6),
    ),
    "volume": (
        "sigma",
        lambda a, b, s, t: _geometric(a, b) * (s * t) ** 1.5 / (0.5 * (s + t)) ** 3,
    ),
}
# Rules by their names, for each parameter. waldman_hagler: M. Waldman, A. T. Hagler, J. Comput.
# Chem. 14, 1077 (1993). saft: T. Lafitte et al., J. Chem. Phys. 139, 154504 (2013).
RULES: dict[str, dict[str, str]] = {
    "lorentz_berthelot": {"epsilon": "geometric", "sigma": "arithmetic"},
    "geometric": {"epsilon": "geometric", "sigma": "geometric"},
    "waldman_hagler": {"epsilon": "sixth_power_depth", "sigma": "sixth_power"},
    "saft": {
        "epsilon": "volume",
        "sigma": "arithmetic",
        "n": "above_three",
        "m": "above_three",
    },
}


def mixing_rules(
    mixing: str | Mapping[str, str] | None, names: Iterable[str] | None = None
) -> Mapping[str, str]:
    """Rules by parameter, from the name of a set of rules or as given.

    names: the parameters that there are, where means by parameter are to be among them.

    Raises:
        ModelError: there is no such set of rules, no such mean, or no such parameter.

    Example:
        >>> mixing_rules("lorentz_berthelot")
        {'epsilon': 'geometric', 'sigma': 'arithmetic'}
    """
    if isinstance(mixing, str):
        if mixing not in RULES:
            raise ModelError(
                f"there is no mixing rule called {mixing!r}",
                causes=[f"the rules are {', '.join(RULES)}"],
                next='mixing="lorentz_berthelot", or mixing={"sigma": "arithmetic"}',
            )
        return RULES[mixing]
    if mixing is not None and not isinstance(mixing, Mapping):
        raise ModelError(
            f"mixing is {mixing!r}: it must be the name of rules, or a dict of means by parameter",
            next='mixing="lorentz_berthelot", or mixing={"sigma": "arithmetic"}',
        )
    for rule in (mixing or {}).values():
        if rule not in MIXING and rule not in COUPLED:
            raise ModelError(
                f"there is no mean called {rule!r}",
                causes=[f"the means are {', '.join([*MIXING, *COUPLED])}"],
                next='mixing={"sigma": "arithmetic"}',
            )
    strange = [name for name in mixing or () if names is not None and name not in names]
    if strange:
        raise ModelError(
            f"mixing names {', '.join(strange)}, and the parameters are {', '.join(names or ())}",
            next='mixing={"sigma": "arithmetic"}',
        )
    return mixing or {}


def mixed(
    name: str, pair: tuple[str, str], given: Mapping[str, Mapping[str, Any]], rule: str
) -> Any:
    """The parameter of a pair by a rule.

    Args:
        name: of the parameter.
        pair: two elements.
        given: numbers by parameter and element.
        rule: of MIXING or COUPLED.

    Returns:
        The number, traced where one of those given is.

    Raises:
        ModelError: the rule looks at a parameter that is not given; a mean that
            does not exist, such as the geometric one of numbers of different sign.

    Example:
        >>> mixed("sigma", ("Ar", "Kr"), {"sigma": {"Ar": 3.4, "Kr": 3.6}}, "arithmetic")
        3.5
    """
    a, b = (given[name][element] for element in pair)
    if rule in MIXING:
        found = MIXING[rule](a, b)
    else:
        other, mean = COUPLED[rule]
        if not set(pair) <= set(given.get(other, {})):
            raise ModelError(
                f"the mean {rule!r} looks at {other} of both elements, and it is not given",
                causes=[f"the parameters are {', '.join(given)}"],
                next=f'mixing={{"{name}": "geometric"}}',
            )
        found = mean(a, b, *(given[other][element] for element in pair))
    if isinstance(found, float) and not math.isfinite(found):
        raise ModelError(
            f"{name} of the pair {pair[0]}-{pair[1]}: {a:g} and {b:g} have no {rule} mean",
            next=f'{name}={{..., ("{pair[0]}", "{pair[1]}"): ...}}',
        )
    return found
