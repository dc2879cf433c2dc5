"""Dielectric relaxation against frequency: Debye, Cole-Cole, Havriliak-Negami; storage and loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import numpy as np

from residua._errors import ModelError
from residua.doc.marks import Doc, unit
from residua.science.estimates import Array
from residua.science.registry import Quantity, ShelfModel
from residua.science.scans import TINY, ladder, scanned

POSITIVE = (0.0, np.inf)
TWO_PI = 2.0 * np.pi
FREQUENCY = Quantity("1 / (2 * pi * tau)", "1/[tau]", value=lambda tau: 1.0 / (TWO_PI * tau))
STATIC = Quantity("eps_inf + delta", "[y]", value=lambda eps_inf, delta: eps_inf + delta)


Frequency = Annotated[Array, Doc("frequency, not negative, any shape")]
HighFrequency = Annotated[float, Doc("permittivity at high frequency"), unit("[y]")]
Strength = Annotated[float, Doc("strength of the relaxation"), unit("[y]")]
Time = Annotated[float, Doc("relaxation time, positive"), unit("1/[f]")]


def debye_storage(
    f: Frequency,
    eps_inf: HighFrequency,
    delta: Annotated[
        float,
        Doc("strength of the relaxation, static less high-frequency permittivity"),
        unit("[y]"),
    ],
    tau: Time,
) -> Array:
    """Debye relaxation, the real part of the permittivity.

    y = eps_inf + delta / (1 + (2 * pi * f * tau)**2)

    Returns:
        y, of the shape of f.

    Source: P. Debye, Polar Molecules, 1929.

    >>> import numpy as np
    >>> f = np.array([0.0, 1.0 / (2.0 * np.pi)])
    >>> print(debye_storage(f, eps_inf=2.0, delta=4.0, tau=1.0).round(12))
    [6. 4.]
    """
    return eps_inf + delta * spectrum(f, tau, 1.0, 1.0)[0]


def debye_loss(
    f: Frequency,
    delta: Annotated[
        float, Doc("strength of the relaxation; the peak is delta/2 high"), unit("[y]")
    ],
    tau: Time,
) -> Array:
    """Debye relaxation, the loss: the imaginary part of the permittivity, turned positive.

    y = delta * 2 * pi * f * tau / (1 + (2 * pi * f * tau)**2)

    Returns:
        y, of the shape of f.

    Source: P. Debye, Polar Molecules, 1929.

    >>> import numpy as np
    >>> print(debye_loss(np.array([0.0, 1.0 / (2.0 * np.pi)]), delta=4.0, tau=1.0).round(12))
    [0. 2.]
    """
    return delta * spectrum(f, tau, 1.0, 1.0)[1]


def cole_cole_storage(
    f: Frequency,
    eps_inf: HighFrequency,
    delta: Strength,
    tau: Annotated[float, Doc("central relaxation time, positive"), unit("1/[f]")],
    alpha: Annotated[float, Doc("width of the spread of times, below 1; 0 gives Debye"), unit("")],
) -> Array:
    """Cole-Cole relaxation, the real part: a symmetric spread of relaxation times.

    y = eps_inf + Re(delta / (1 + (2j * pi * f * tau)**(1 - alpha)))

    Returns:
        y, of the shape of f.

    Source: K. S. Cole and R. H. Cole, J. Chem. Phys. 9, 341, 1941.

    >>> import numpy as np
    >>> f = np.array([0.0, 1.0 / (2.0 * np.pi)])
    >>> print(cole_cole_storage(f, eps_inf=2.0, delta=4.0, tau=1.0, alpha=0.3).round(12))
    [6. 4.]
    """
    return eps_inf + delta * spectrum(f, tau, 1.0 - alpha, 1.0)[0]


def cole_cole_loss(
    f: Frequency,
    delta: Strength,
    tau: Annotated[float, Doc("central relaxation time, positive"), unit("1/[f]")],
    alpha: Annotated[float, Doc("width of the spread of times, below 1; 0 gives Debye"), unit("")],
) -> Array:
    """Cole-Cole relaxation, the loss: a symmetric spread of relaxation times.

    y = -Im(delta / (1 + (2j * pi * f * tau)**(1 - alpha)))

    Returns:
        y, of the shape of f.

    Source: K. S. Cole and R. H. Cole, J. Chem. Phys. 9, 341, 1941.

    >>> import numpy as np
    >>> print(cole_cole_loss(np.array([0.5 / np.pi]), delta=4.0, tau=1.0, alpha=0.0).round(12))
    [2.]
    """
    return delta * spectrum(f, tau, 1.0 - alpha, 1.0)[1]


def havriliak_negami_storage(
    f: Frequency,
    eps_inf: HighFrequency,
    delta: Strength,
    tau: Time,
    alpha: Annotated[float, Doc("exponent of the low-frequency side, positive"), unit("")],
    beta: Annotated[float, Doc("asymmetry of the spread of times, positive"), unit("")],
) -> Array:
    """Havriliak-Negami relaxation, the real part: an unsymmetric spread of relaxation times.

    y = eps_inf + Re(delta / (1 + (2j * pi * f * tau)**alpha)**beta)

    alpha = 1 gives Cole-Davidson; beta = 1 gives Cole-Cole, whose alpha is one minus this one.

    Returns:
        y, of the shape of f.

    Source: S. Havriliak and S. Negami, Polymer 8, 161, 1967.

    >>> import numpy as np
    >>> f = np.array([0.0, 1.0 / (2.0 * np.pi)])
    >>> y = havriliak_negami_storage(f, eps_inf=2.0, delta=4.0, tau=1.0, alpha=1.0, beta=2.0)
    >>> print(y.round(12))
    [6. 2.]
    """
    return eps_inf + delta * spectrum(f, tau, alpha, beta)[0]


def havriliak_negami_loss(
    f: Frequency,
    delta: Strength,
    tau: Time,
    alpha: Annotated[float, Doc("exponent of the low-frequency side, positive"), unit("")],
    beta: Annotated[float, Doc("asymmetry of the spread of times, positive"), unit("")],
) -> Array:
    """Havriliak-Negami relaxation, the loss: an unsymmetric spread of relaxation times.

    y = -Im(delta / (1 + (2j * pi * f * tau)**alpha)**beta)

    Returns:
        y, of the shape of f.

    Source: S. Havriliak and S. Negami, Polymer 8, 161, 1967.

    >>> import numpy as np
    >>> y = havriliak_negami_loss(np.array([0.5 / np.pi]), 4.0, tau=1.0, alpha=1.0, beta=2.0)
    >>> print(y.round(12))
    [2.]
    """
    return delta * spectrum(f, tau, alpha, beta)[1]


def spectrum(f: Any, tau: Any, alpha: Any, beta: Any) -> tuple[Any, Any]:
    """Real and negative imaginary part of 1 / (1 + (2j pi f tau)**alpha)**beta, in real numbers.

    >>> print(*(part.round(12) for part in spectrum(0.5 / np.pi, 1.0, 1.0, 1.0)))
    0.5 0.5
    """
    log = alpha * (np.log(np.maximum(f, TINY)) + np.log(TWO_PI * tau))
    # Beyond e**300 the part that is left out is below the last digit of a double.
    power = np.exp(np.minimum(np.maximum(log, -300.0), 300.0))
    across, along = power * np.sin(0.5 * np.pi * alpha), 1.0 + power * np.cos(0.5 * np.pi * alpha)
    angle = beta * np.arctan2(across, along)
    size = np.exp(-0.5 * beta * np.log(across * across + along * along))
    return size * np.cos(angle), size * np.sin(angle)


def debye_relaxation(part: str = "storage") -> ShelfModel:
    """Make Debye's relaxation: part is "storage" (real, by default) or "loss" (imaginary).

    >>> debye_relaxation(part="loss").parameters
    ('delta', 'tau')
    """
    return _made("debye_relaxation", part)


def cole_cole(part: str = "storage") -> ShelfModel:
    """Make Cole and Cole's relaxation: part is "storage" (real, by default) or "loss" (imaginary).

    >>> cole_cole(part="loss").parameters
    ('delta', 'tau', 'alpha')
    """
    return _made("cole_cole", part)


def havriliak_negami(part: str = "storage") -> ShelfModel:
    """Make Havriliak and Negami's relaxation: part is "storage" (real, by default) or "loss".

    >>> havriliak_negami(part="loss").parameters
    ('delta', 'tau', 'alpha', 'beta')
    """
    return _made("havriliak_negami", part)


# Of each model: storage, loss, how many shape parameters, the source.
_TABLE: Mapping[str, tuple[Callable[..., Any], Callable[..., Any], int, str]] = {
    "debye_relaxation": (debye_storage, debye_loss, 0, "P. Debye, Polar Molecules, 1929"),
    "cole_cole": (
        cole_cole_storage,
        cole_cole_loss,
        1,
        "K. S. Cole and R. H. Cole, J. Chem. Phys. 9, 341, 1941",
    ),
    "havriliak_negami": (
        havriliak_negami_storage,
        havriliak_negami_loss,
        2,
        "S. Havriliak and S. Negami, Polymer 8, 161, 1967",
    ),
}
# The exponents of the symmetric spread tried, and the asymmetries.
EXPONENTS = np.linspace(0.2, 1.0, 9)
ASYMMETRIES = np.linspace(np.log(0.15), np.log(3.0), 9)


def _made(name: str, part: str) -> ShelfModel:
    if part not in ("storage", "loss"):
        raise ModelError(
            f"The model {name!r} has no part {part!r}.",
            causes=('its parts are "storage" (real) and "loss" (imaginary)',),
            next=f'rs.model({name!r}, part="loss")',
        )
    storage, loss, shapes, source = _TABLE[name]
    function = storage if part == "storage" else loss
    bounds = {"tau": POSITIVE, "alpha": POSITIVE, "beta": POSITIVE}
    if name == "cole_cole":
        bounds["alpha"] = (-np.inf, 1.0)
    return ShelfModel(
        name=name,
        function=function,
        start=lambda f, y: start_relaxation(f, y, name, part),
        equation=_equation(function),
        independent=("f",),
        source=source,
        bounds={key: bounds[key] for key in _parameters(part, shapes) if key in bounds},
        options={"part": part},
        quantities={"frequency": FREQUENCY} | ({"static": STATIC} if part == "storage" else {}),
    )


def _parameters(part: str, shapes: int) -> tuple[str, ...]:
    plateau = ("eps_inf",) if part == "storage" else ()
    return (*plateau, "delta", "tau", *("alpha", "beta")[:shapes])


def _equation(function: Callable[..., Any]) -> str:
    """The first line of the docstring that starts with y: written once."""
    lines = (function.__doc__ or "").splitlines()
    return next(line.strip() for line in lines if line.strip().startswith("y = "))


def start_relaxation(f: Any, y: Any, name: str, part: str) -> dict[str, float]:
    """Scan the relaxation time and the shape; strength and plateau are linear."""
    shapes = _TABLE[name][2]
    storage = part == "storage"

    def basis(u: Array, s: Any, *shape: Any) -> tuple[Any, ...]:
        alpha = shape[0] if shapes else 1.0
        beta = np.exp(shape[1]) if shapes == 2 else 1.0
        real, loss = spectrum(u, np.exp(s) / TWO_PI, alpha, beta)
        return (real, np.ones_like(u)) if storage else (loss,)

    def read(s: Any, c: Any) -> dict[str, float]:
        alpha = 1.0 - s[1] if name == "cole_cole" else s[1] if shapes else 1.0
        beta = np.exp(s[2]) if shapes == 2 else 1.0
        known = {"delta": c[0], "tau": np.exp(s[0]) / TWO_PI, "alpha": alpha, "beta": beta}
        known["eps_inf"] = c[1] if storage else 0.0
        return {key: float(known[key]) for key in _parameters(part, shapes)}

    def axes(u: Array) -> list[Array]:
        times = -ladder(u, 1.0, 1.0, 40)[::-1]
        return [times, EXPONENTS, ASYMMETRIES][: 1 + shapes]

    units = {"eps_inf": (0, 1), "delta": (0, 1), "tau": (-1, 0), "alpha": (0, 0), "beta": (0, 0)}
    return scanned(
        f,
        y,
        axes,
        basis,
        read,
        units,
        offset=storage,
        decades=True,
        valid=lambda s, *shape: shape[0] > 0.05 if shape else s == s,
        rounds=10,
    )
