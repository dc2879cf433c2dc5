"""Relaxation of nuclear magnetization: recovery after saturation or inversion, decay of echoes."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua.doc.marks import Doc, unit
from residua.science.estimates import Array
from residua.science.registry import Quantity, ShelfModel
from residua.science.scans import scanned

POSITIVE = (0.0, np.inf)
LOG_TWO = float(np.log(2.0))
# Trial relaxation times with the last delay at 1.
TIMES = np.linspace(-5.0, 3.0, 60)


def saturation_recovery(
    t: Annotated[Array, Doc("delay since the saturation, any shape")],
    M0: Annotated[float, Doc("magnetization at equilibrium"), unit("[M]")],
    T1: Annotated[float, Doc("longitudinal relaxation time, positive"), unit("[t]")],
) -> Array:
    """Recovery of the magnetization from zero, after saturation.

    M = M0 * (1 - exp(-t / T1))

    Returns:
        M, of the shape of t.

    Source: F. Bloch, Phys. Rev. 70, 460, 1946.

    >>> import numpy as np
    >>> print(saturation_recovery(np.array([0.0, np.log(2.0)]), M0=4.0, T1=1.0).round(12))
    [0. 2.]
    """
    return -M0 * np.expm1(-t / T1)


def inversion_recovery(
    t: Annotated[Array, Doc("delay since the inversion, any shape")],
    M0: Annotated[float, Doc("magnetization at equilibrium"), unit("[M]")],
    T1: Annotated[float, Doc("longitudinal relaxation time, positive"), unit("[t]")],
    inversion: Annotated[
        float,
        Doc(
            "efficiency of the inversion; 1 for a perfect pulse of 180 degrees, 1/2 for saturation"
        ),
        unit(""),
    ],
) -> Array:
    """Recovery of the magnetization after an inversion that may be incomplete.

    M = M0 * (1 - 2 * inversion * exp(-t / T1))

    Returns:
        M, of the shape of t.

    Source: R. L. Vold, J. S. Waugh, M. P. Klein and D. E. Phelps, J. Chem. Phys. 48, 3831, 1968.

    >>> import numpy as np
    >>> t = np.array([0.0, np.log(2.0)])
    >>> print(inversion_recovery(t, M0=4.0, T1=1.0, inversion=1.0).round(12))
    [-4.  0.]
    """
    return M0 * (1.0 - 2.0 * inversion * np.exp(-t / T1))


def spin_echo(
    t: Annotated[Array, Doc("time of the echo since the first pulse, any shape")],
    M0: Annotated[float, Doc("height at t = 0"), unit("[M]")],
    T2: Annotated[float, Doc("transverse relaxation time, positive"), unit("[t]")],
) -> Array:
    """Decay of the transverse magnetization, as the heights of a train of echoes.

    M = M0 * exp(-t / T2)

    Returns:
        M, of the shape of t.

    Source: H. Y. Carr and E. M. Purcell, Phys. Rev. 94, 630, 1954.

    >>> import numpy as np
    >>> print(spin_echo(np.array([0.0, np.log(2.0)]), M0=4.0, T2=1.0).round(12))
    [4. 2.]
    """
    return M0 * np.exp(-t / T2)


def start_saturation_recovery(t: Any, M: Any) -> dict[str, float]:
    """Scan T1; the equilibrium is linear."""
    return scanned(
        t,
        M,
        [TIMES],
        lambda u, s: (-np.expm1(-u * np.exp(-s)),),
        lambda s, c: {"M0": c[0], "T1": np.exp(s[0])},
        {"M0": (0, 1), "T1": (1, 0)},
    )


def start_inversion_recovery(t: Any, M: Any) -> dict[str, float]:
    """Scan T1; equilibrium and inversion are linear."""

    def read(s: Any, c: Any) -> dict[str, float]:
        inversion = -0.5 * c[0] / c[1] if c[1] else 1.0
        return {"M0": c[1], "T1": np.exp(s[0]), "inversion": inversion}

    return scanned(
        t,
        M,
        [TIMES],
        lambda u, s: (np.exp(-u * np.exp(-s)), np.ones_like(u)),
        read,
        {"M0": (0, 1), "T1": (1, 0), "inversion": (0, 0)},
    )


def start_spin_echo(t: Any, M: Any) -> dict[str, float]:
    """Scan T2; the height is linear."""
    return scanned(
        t,
        M,
        [TIMES],
        lambda u, s: (np.exp(-u * np.exp(-s)),),
        lambda s, c: {"M0": c[0], "T2": np.exp(s[0])},
        {"M0": (0, 1), "T2": (1, 0)},
    )


SATURATION_RECOVERY = ShelfModel(
    name="saturation_recovery",
    function=saturation_recovery,
    start=start_saturation_recovery,
    equation="M = M0 * (1 - exp(-t / T1))",
    independent=("t",),
    source="F. Bloch, Phys. Rev. 70, 460, 1946",
    bounds={"T1": POSITIVE},
    quantities={"rate": Quantity("1 / T1", "1/[t]", value=lambda T1: 1.0 / T1)},
)

INVERSION_RECOVERY = ShelfModel(
    name="inversion_recovery",
    function=inversion_recovery,
    start=start_inversion_recovery,
    equation="M = M0 * (1 - 2 * inversion * exp(-t / T1))",
    independent=("t",),
    source="R. L. Vold, J. S. Waugh, M. P. Klein and D. E. Phelps, J. Chem. Phys. 48, 3831, 1968",
    bounds={"T1": POSITIVE},
    quantities={
        "rate": Quantity("1 / T1", "1/[t]", value=lambda T1: 1.0 / T1),
        "null": Quantity(
            "T1 * ln(2 * inversion)",
            "[t]",
            value=lambda T1, inversion: T1 * np.log(2.0 * inversion),
        ),
    },
)

SPIN_ECHO = ShelfModel(
    name="spin_echo",
    function=spin_echo,
    start=start_spin_echo,
    equation="M = M0 * exp(-t / T2)",
    independent=("t",),
    source="H. Y. Carr and E. M. Purcell, Phys. Rev. 94, 630, 1954",
    bounds={"T2": POSITIVE},
    quantities={
        "rate": Quantity("1 / T2", "1/[t]", value=lambda T2: 1.0 / T2),
        "half_life": Quantity("T2 * ln 2", "[t]", value=lambda T2: T2 * LOG_TWO),
    },
)
