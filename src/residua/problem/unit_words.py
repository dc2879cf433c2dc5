"""Whether two texts name the same unit: known symbols and their powers, whatever the spelling.

This decides about warnings only. What is not known is taken to agree, and nothing is converted.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

# Symbols that are known, by the letters that scale them.
SCALED = {
    "": "K °C °F % h d Å bar atm Torr mmHg psi u Da Ha Ry kcal deg rad min",
    "fpnµmk": "s g",
    "pnµmck": "m",
    "fpnµmkMG": "V A W J eV Hz T N F C S Ω Pa",
    "fpnµmk ": "mol M L cal",
    "m": "bar",
    "µ": "m",
}
SPELLED = {
    "degC": "°C", "deg_C": "°C", "celsius": "°C", "Celsius": "°C", "kelvin": "K", "Kelvin": "K",
    "degF": "°F", "ang": "Å", "angstrom": "Å", "Angstrom": "Å", "sec": "s", "second": "s",
    "seconds": "s", "hour": "h", "hours": "h", "hr": "h", "day": "d", "days": "d", "l": "L",
    "ml": "mL", "percent": "%", "us": "µs", "um": "µm", "amu": "u",
}  # fmt: skip
_FACTOR = re.compile(r"([^\s\d*/^()·.⋅+-]+)(?:(?:\*\*|\^)?\(?([-+]?\d+)\)?)?")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


@cache
def known_symbols() -> frozenset[str]:
    """Every symbol, scaled or not."""
    found = set(SPELLED.values())
    for letters, symbols in SCALED.items():
        for symbol in symbols.split():
            found |= {symbol, *(letter.strip() + symbol for letter in letters)}
    return frozenset(found)


def powers(unit: str) -> dict[str, int] | None:
    """The symbols of a unit with their powers; None where one is not known.

    >>> powers("J/(mol K)") == powers("J mol^-1 K⁻¹"), powers("degC"), powers("furlong")
    (True, {'°C': 1}, None)
    """
    text = unit.translate(_RAISED).replace("\N{GREEK SMALL LETTER MU}", "µ").strip()
    above, *below = re.split(r"/(?![^()]*\))", text)
    count: Counter[str] = Counter()
    for sign, part in ((1, above), *((-1, part) for part in below)):
        inside = part.strip()
        inside = inside[1:-1] if inside[:1] == "(" and inside[-1:] == ")" else inside
        if re.sub(r"[\s*·⋅]|\b1\b", "", _FACTOR.sub("", inside)):
            return None
        for symbol, power in _FACTOR.findall(inside):
            name = SPELLED.get(symbol, symbol)
            if name not in known_symbols():
                return None
            for part_of, times in _parts(name).items():
                count[part_of] += sign * int(power or 1) * times
    return {name: power for name, power in count.items() if power}


def _parts(symbol: str) -> dict[str, int]:
    """What some symbols are short for: Hz for 1/s, mM for mmol/L."""
    if symbol == "Hz":
        return {"s": -1}
    return {f"{symbol[:-1]}mol": 1, "L": -1} if symbol.endswith("M") else {symbol: 1}


def contradict(one: str, other: str) -> bool:
    """Whether two units are both understood, and are not the same.

    >>> contradict("K", "°C"), contradict("J/mol", "J mol^-1"), contradict("K", "a.u.")
    (True, False, False)
    >>> contradict("mM", "mmol/L"), contradict("1/min", "Hz")
    (False, True)
    """
    first, second = powers(one), powers(other)
    return first is not None and second is not None and first != second
