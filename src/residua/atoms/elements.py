"""Chemical symbols and atomic numbers, so that no structure needs ASE to be described."""

from __future__ import annotations

from collections.abc import Iterable

from residua._errors import DataError

_ORDERED = (
    "X H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se "
    "Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy "
    "Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf "
    "Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og"
)
# Position = atomic number.
SYMBOLS = _ORDERED.split()
_NUMBERS = {symbol: number for number, symbol in enumerate(SYMBOLS)}


def symbols_of(numbers: Iterable[int]) -> list[str]:
    """The symbols of atomic numbers.

    >>> symbols_of([18, 29])
    ['Ar', 'Cu']
    """
    return [SYMBOLS[int(number)] for number in numbers]


def atomic_number(symbol: str) -> int:
    """The atomic number of an element. Raises DataError where there is no such element."""
    number = _NUMBERS.get(symbol, 0)
    if number == 0:
        raise DataError(f"{symbol!r} is not the symbol of an element", next='"Ar"')
    return number


def formula(numbers: Iterable[int]) -> str:
    """Symbols and counts in order of atomic number.

    >>> formula([8, 1, 1])
    'H2O'
    """
    given = [int(number) for number in numbers]
    counts = {number: given.count(number) for number in sorted(set(given))}
    return "".join(SYMBOLS[z] + (str(n) if n > 1 else "") for z, n in counts.items())
