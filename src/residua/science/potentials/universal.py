"""The universal repulsion of nuclei that come close, after Ziegler, Biersack and Littmark."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from residua._errors import ModelError
from residua.doc.marks import Doc, unit
from residua.science.descent import curves, descended, squares
from residua.science.estimates import Array, size_of, tidy
from residua.science.potentials.parts import BINS, COULOMB, Distance, positive, potential, scan
from residua.science.registry import Quantity, ShelfModel
from residua.science.scans import ladder

# The universal screening: amplitudes, and decays with r over the screening length.
AMPLITUDES = (0.18175, 0.50986, 0.28022, 0.02817)
DECAYS = (3.19980, 0.94229, 0.40290, 0.20162)
# The universal length: 0.88534 Bohr radii over Z1**0.23 + Z2**0.23, in Å.
LENGTH, EXPONENT = 0.46850, 0.23
ZIEGLER = (
    "J. F. Ziegler, J. P. Biersack and U. Littmark, The Stopping and Range of Ions in Solids, 1985"
)


def universal_screening(x: Any) -> Any:
    """The share of the nuclear charges that is not screened, at r = x screening lengths.

    phi = sum of c_i * exp(-d_i * x), 1 at x = 0

    Source: J. F. Ziegler, J. P. Biersack and U. Littmark, The Stopping and Range of Ions in Solids,
    1985.

    >>> print(round(universal_screening(0.0), 12), round(universal_screening(2.0), 6))
    1.0 0.221751
    """
    return sum(c * np.exp(-d * x) for c, d in zip(AMPLITUDES, DECAYS))


def universal_length(Z1: float, Z2: float) -> float:
    """The universal screening length of two nuclei in Å: a = 0.46850 / (Z1**0.23 + Z2**0.23).

    Args:
        Z1, Z2: atomic numbers.

    Returns:
        The screening length in Å.

    Source: J. F. Ziegler, J. P. Biersack and U. Littmark, The Stopping and Range of Ions in Solids,
    1985.

    >>> print(round(universal_length(29, 29), 6))
    0.107976
    """
    return float(LENGTH / (Z1**EXPONENT + Z2**EXPONENT))


def zbl(Z1: float | None = None, Z2: float | None = None) -> ShelfModel:
    """Make the universal repulsion of two nuclei at short distances, its screening length free.

    u = A / r * phi(r / a), phi the universal screening; with Z1 and Z2, A = Z1 Z2 14.399645 eV Å

    Args:
        Z1, Z2: atomic numbers, both or none. With them, r is in Å and u in eV, and the screening
            length is the only parameter: `universal_length(Z1, Z2)` where nothing is fitted.
            Without them, the default, the strength A is a parameter too.

    Returns:
        The ShelfModel, with parameters A and a, or a alone.

    Raises:
        ModelError: one of Z1 and Z2 is missing or not a positive number.

    Source: J. F. Ziegler, J. P. Biersack and U. Littmark, The Stopping and Range of Ions in Solids,
    1985.

    >>> zbl().parameters, zbl(Z1=29, Z2=29).parameters
    (('A', 'a'), ('a',))
    """
    if Z1 is None and Z2 is None:
        return FREE
    for name, value in {"Z1": Z1, "Z2": Z2}.items():
        number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
        if not (number and 0.0 < float(value or 0.0) < np.inf):
            raise ModelError(
                f"The model 'zbl' cannot have {name} = {value!r}.",
                causes=("Z1 and Z2 are atomic numbers: both are given, or none",),
                next='rs.model("zbl", Z1=29, Z2=29)',
            )
    return _of_nuclei(float(Z1), float(Z2))  # type: ignore[arg-type]


def _of_nuclei(Z1: float, Z2: float) -> ShelfModel:
    strength, universal = COULOMB * Z1 * Z2, universal_length(Z1, Z2)

    def zbl(
        r: Annotated[Array, Doc("distance, positive, any shape"), unit("Å")],
        a: float,
    ) -> Annotated[Array, unit("eV")]:
        """The universal repulsion of two nuclei of given charges.

        u = Z1 * Z2 * 14.399645 / r * phi(r / a)

        Returns:
            u in eV, of the shape of r.

        Source: J. F. Ziegler, J. P. Biersack and U. Littmark, The Stopping and Range of Ions in
        Solids, 1985.

        >>> import residua as rs
        >>> print(round(float(rs.models("zbl", Z1=29, Z2=29).function(1.0, a=0.107976)), 2))
        135.03
        """
        return strength / r * universal_screening(r / a)

    text = Doc(f"screening length, positive; the universal one is {universal:.6g} Å")
    zbl.__annotations__["a"] = Annotated[float, text, unit("Å")]

    def start(r: Any, u: Any) -> dict[str, float]:
        """Scan the logarithm of the length, and go downhill from there."""
        r, u = tidy(*positive(r, u), BINS)
        height = size_of(u)

        def curve(s: Any) -> Any:
            return zbl(r, universal * np.exp(np.clip(s, -30.0, 30.0))) / height

        trial = np.linspace(-5.0, 5.0, 101)[:, None]
        best = trial[np.argmin(squares(curves(curve, trial) - u / height))]
        found = np.clip(descended(curve, best, u / height)[0], -30.0, 30.0)
        return {"a": float(universal * np.exp(found))}

    return potential(
        zbl,
        start,
        "u = Z1 * Z2 * 14.399645 / r * phi(r / a), phi the universal screening",
        ZIEGLER,
        bounds=("a",),
        quantities={
            "ratio": Quantity("a over the universal length", "", value=lambda a: a / universal)
        },
        options={"Z1": Z1, "Z2": Z2},
    )


def _free(
    r: Distance,
    A: Annotated[float, Doc("strength; 14.399645 eV Å times both atomic numbers"), unit("[u][r]")],
    a: Annotated[
        float,
        Doc("screening length, positive; 0.46850 Å / (Z1**0.23 + Z2**0.23) is universal"),
        unit("[r]"),
    ],
) -> Array:
    """The universal repulsion of two nuclei, strength and screening length free.

    u = A / r * phi(r / a), phi the universal screening

    Returns:
        u, of the shape of r.

    Source: J. F. Ziegler, J. P. Biersack and U. Littmark, The Stopping and Range of Ions in Solids,
    1985.

    >>> import residua as rs
    >>> print(round(float(rs.models("zbl").function(1.0, A=12110.1, a=0.107976)), 2))
    135.03
    """
    return A / r * universal_screening(r / a)


def start_zbl(r: Any, u: Any) -> dict[str, float]:
    """Scan the screening length; the strength is linear."""
    return scan(
        r,
        u,
        lambda v: [ladder(v, 6.0, 4.0, 120)],
        lambda v, s: (universal_screening(v / np.exp(s)) / v,),
        lambda s, c: {"A": c[0], "a": np.exp(s[0])},
        {"A": (1, 1), "a": (1, 0)},
    )


FREE = potential(
    _free,
    start_zbl,
    "u = A / r * phi(r / a), phi the universal screening",
    ZIEGLER,
    bounds=("a",),
    name="zbl",
    quantities={
        "charges": Quantity(
            "Z1 * Z2 = A / 14.399645, of u in eV and r in Å", "1", value=lambda A: A / COULOMB
        )
    },
)
